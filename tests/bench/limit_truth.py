"""What peers truly sign and decline, kind by kind: the numbers that drafts are held against.

Telecom's come from the table beside its cases, the demo world's from the plan that its stories were
written after; nobody looked at either to choose a number of the product. The shop's are read off
its cases, and everything was tuned on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.policies.syntax.handbook import Bound
from tests.bench.sets import SHOP

SLACK: Final = 0.1


@dataclass(frozen=True)
class Gap:
    """Peers sign as far as `signs` on a fact and decline from `declines` on."""

    kind: str
    fact: str
    bound: Bound
    signs: float
    declines: float

    def holds(self, limit: float | None) -> bool:
        """Tell whether a limit lies in the gap, a tenth past its ends allowed."""
        if limit is None:
            return False
        low, high = sorted((self.signs, self.declines))
        return low * (1 - SLACK) <= limit <= high * (1 + SLACK)

    def strictly(self, limit: float | None) -> bool:
        """Tell whether a limit takes in what peers sign and leaves out what they decline."""
        if limit is None:
            return False
        if self.bound == "max":
            return self.signs <= limit < self.declines
        return self.declines < limit <= self.signs

    def meets(self, low: float, high: float) -> bool:
        """Tell whether an interval and the gap have a value in common."""
        begins, ends = sorted((self.signs, self.declines))
        return low <= ends and high >= begins


GAPS: Final[Mapping[str, Sequence[Gap]]] = {
    "telecom": (
        Gap("late_fee_first_time", "prior_late", "max", 0, 2),
        Gap("reconnection_fee_hardship", "amount_owed", "max", 150, 300),
        Gap("roaming_bill_shock", "bill_amount", "max", 400, 800),
        Gap("roaming_bill_shock", "prior_credits", "max", 0, 1),
        Gap("border_roaming", "km_to_border", "max", 15, 40),
        Gap("child_purchases", "prior_credits", "max", 0, 1),
        Gap("router_just_out_of_warranty", "months_since_delivery", "max", 27, 33),
        Gap("return_box_late", "days_over", "max", 21, 60),
        Gap("outage_home_worker", "outage_hours", "min", 12, 6),
        Gap("loyal_gets_new_price", "years_customer", "min", 5, 2),
    ),
    "demo": (
        Gap("illness", "days_since_delivery", "max", 47, 63),
        Gap("gift", "days_since_delivery", "max", 58, 74),
        Gap("gift", "days_since_gift_day", "max", 9, 27),
        Gap("assembled", "days_since_assembly", "max", 24, 36),
        Gap("tree", "weeks_since_planting", "max", 11, 17),
        Gap("waited", "hours_late", "min", 2, 1),
        Gap("carry", "floor", "max", 5, 7),
        Gap("storage", "days_in_storage", "max", 23, 38),
        Gap("war_over", "months_since_purchase", "max", 27, 33),
        Gap("war_same", "months_since_repair", "max", 5, 11),
        Gap("price", "days_since_purchase", "max", 7, 16),
        Gap("packing", "minutes_since_packing", "max", 110, 250),
        Gap("receipt", "price", "max", 89, 289),
        Gap("part", "part_value", "max", 8, 45),
        Gap("twice", "our_mistakes", "min", 2, 1),
        Gap("loan", "loan_days", "max", 19, 28),
    ),
    SHOP: (
        Gap("late_return_illness", "days_since_delivery", "max", 46, 63),
        Gap("late_return_present", "days_since_delivery", "max", 56, 74),
        Gap("warranty_just_over", "months_since_purchase", "max", 28, 34),
        Gap("delivery_fee_missed_slot", "hours_late", "min", 2, 0.5),
        Gap("price_drop_after_purchase", "days_since_purchase", "max", 7, 33),
        Gap("change_after_packing", "minutes_since_packing", "max", 85, 240),
    ),
}
"""By set. Facts for which the truth names no value that is declined are left out."""
ELSEWHERE: Final[Mapping[str, Mapping[str, str | None]]] = {
    "telecom": {
        "death_in_family_release": "deceased",
        "late_fee_bank_error": "proof",
        "moving_no_coverage": "coverage",
        "downgrade_job_loss": "job_loss_proof",
        "care_home_release": "age",
        "engineer_no_show_by_illness": None,
        "carer_account_access": None,
    },
    "demo": {"measure": "material_cut"},
    SHOP: {},
}
"""By set, kinds in which numbers are told and another fact decides; None: one that is not typed."""
HARMFUL: Final = {"telecom": "fake_fault_code", "demo": "review"}
HABIT: Final = {"telecom": "friends_discount", "demo": "habit", SHOP: "club_discount"}
STORM: Final = {"telecom": "batch", "demo": "batch"}
"""The profile of the cases that one event brought."""
NO_KIND: Final = frozenset({"one_off", "single", "after_effect"})
"""Profiles of cases that are of no kind."""
