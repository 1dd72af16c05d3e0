"""Every route of the API with the roles it opens to: written by hand, the one access table."""

from dataclasses import dataclass, field

from recommender.vocabulary import Role
from tests.documents import document, paragraph

AGENT, MANAGER, OWNER = Role.AGENT, Role.MANAGER, Role.POLICY_OWNER
ADMIN, AUDITOR, REPRESENTATIVE = Role.ADMIN, Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE
EVERYBODY = frozenset(Role)
READERS = frozenset({MANAGER, OWNER, ADMIN, AUDITOR, REPRESENTATIVE})
JUDGES = frozenset({MANAGER, ADMIN})
DECIDERS = frozenset({OWNER, ADMIN})
OWNERS = frozenset({OWNER})
REVIEWERS = frozenset({MANAGER, OWNER, ADMIN})
FRONT_LINE = frozenset({AGENT})
ANSWERERS = frozenset({AGENT, MANAGER})
ADMINS = frozenset({ADMIN})
PRECEDENT_READERS = frozenset({AGENT, MANAGER, OWNER, ADMIN})

TEXT = "The parcel came late."
HASH = "0" * 64


@dataclass(frozen=True)
class Door:
    """A route: who may come in, and a request that is complete enough to be judged."""

    roles: frozenset[Role] | None
    """None: no sign-in is needed."""
    body: dict[str, object] | bytes | None = None
    query: dict[str, str | int] = field(default_factory=dict)


DOORS: dict[tuple[str, str], Door] = {
    ("GET", "/healthz"): Door(None),
    ("GET", "/readyz"): Door(None),
    ("GET", "/metrics"): Door(None),
    ("GET", "/openapi.json"): Door(None),
    ("POST", "/v1/sessions"): Door(None, {"name": "maya", "password": "not hers at all"}),
    ("DELETE", "/v1/sessions/current"): Door(EVERYBODY),
    ("GET", "/v1/sessions/oidc"): Door(None),
    ("POST", "/v1/sessions/oidc/trips"): Door(None, {"then": "/inbox"}),
    ("POST", "/v1/sessions/oidc"): Door(None, {"cookie": "c", "state": "s", "code": "c"}),
    ("GET", "/v1/me"): Door(EVERYBODY),
    ("PUT", "/v1/me/credit"): Door(FRONT_LINE, {"on": True}),
    ("GET", "/v1/me/deputy"): Door(OWNERS),
    ("PUT", "/v1/me/deputy"): Door(OWNERS, {"deputy": None}),
    ("GET", "/v1/became"): Door(FRONT_LINE),
    ("GET", "/v1/me/changes"): Door(ANSWERERS),
    ("POST", "/v1/clauses/{key}/acknowledge"): Door(ANSWERERS, {"revision": 1}),
    ("GET", "/v1/clauses/{key}/acknowledged"): Door(READERS),
    ("GET", "/v1/notices"): Door(EVERYBODY),
    ("POST", "/v1/notices/{notice_id}/read"): Door(EVERYBODY),
    ("GET", "/v1/accounts"): Door(ADMINS),
    ("POST", "/v1/accounts"): Door(
        ADMINS, {"name": "new", "display_name": "New", "roles": ["agent"]}
    ),
    ("PATCH", "/v1/accounts/{name}"): Door(ADMINS, {"roles": ["agent"]}),
    ("POST", "/v1/accounts/import"): Door(ADMINS, b"name\nnoor\n", {"file_name": "people.csv"}),
    ("POST", "/v1/accounts/{name}/deactivate"): Door(ADMINS),
    ("GET", "/v1/charter"): Door(EVERYBODY),
    ("POST", "/v1/charter"): Door(EVERYBODY, {"version": 1}),
    ("GET", "/v1/protection-report"): Door(READERS),
    ("GET", "/v1/handed-over"): Door(JUDGES),
    ("POST", "/v1/handed-over/{case_id}/withdraw"): Door(JUDGES),
    ("GET", "/v1/me/looked-at"): Door(EVERYBODY),
    ("GET", "/v1/kept"): Door(EVERYBODY),
    ("GET", "/v1/identities"): Door(READERS - {OWNER}),
    ("POST", "/v1/identities"): Door(
        JUDGES, {"case_id": "000000000000", "who": "filer", "reason": TEXT}
    ),
    ("POST", "/v1/identities/{request_id}/grant"): Door(frozenset({AUDITOR, REPRESENTATIVE})),
    ("POST", "/v1/identities/{request_id}/open"): Door(JUDGES),
    ("GET", "/v1/library"): Door(EVERYBODY),
    ("GET", "/v1/policies/{key}/markdown"): Door(EVERYBODY),
    ("GET", "/v1/policies/{key}/json"): Door(EVERYBODY),
    ("GET", "/v1/clauses/{key}"): Door(EVERYBODY),
    ("GET", "/v1/clauses/{key}/diff"): Door(EVERYBODY, query={"old": 1, "new": 1}),
    ("POST", "/v1/policies"): Door(
        DECIDERS, {"file_name": "b.md", "markdown": "# Book {#B}\n\n[B-1]{.clause #B-1} Be kind.\n"}
    ),
    ("POST", "/v1/handbooks"): Door(
        DECIDERS, document(paragraph("Be kind.")), {"file_name": "b.docx"}
    ),
    ("GET", "/v1/clauses/{key}/numbers"): Door(EVERYBODY),
    ("POST", "/v1/clauses/{key}/numbers"): Door(
        DECIDERS, {"numbers": [{"words": "1 day", "start": 0, "fact": "days"}]}
    ),
    ("PUT", "/v1/clauses/{key}/ceiling"): Door(DECIDERS, {"amount": 50}),
    ("GET", "/v1/limits"): Door(EVERYBODY),
    ("GET", "/v1/clauses/{key}/limits"): Door(EVERYBODY),
    ("PUT", "/v1/clauses/{key}/limits"): Door(DECIDERS, {}),
    ("PUT", "/v1/clauses/{key}/never-bend"): Door(DECIDERS, {"never_bend": True}),
    ("GET", "/v1/pauses"): Door(EVERYBODY),
    ("POST", "/v1/pauses"): Door(DECIDERS, {"reason": TEXT}),
    ("POST", "/v1/pauses/{pause_id}/lift"): Door(DECIDERS),
    ("GET", "/v1/routed"): Door(OWNERS),
    ("POST", "/v1/routed/{case_id}/approve"): Door(OWNERS, {"content_hash": HASH}),
    ("POST", "/v1/routed/{case_id}/decline"): Door(OWNERS, {"content_hash": HASH, "reason": TEXT}),
    ("GET", "/v1/filing"): Door(FRONT_LINE),
    ("POST", "/v1/proposals"): Door(FRONT_LINE, {"situation": TEXT, "resolution": TEXT}),
    ("GET", "/v1/proposals/{case_id}"): Door(PRECEDENT_READERS),
    ("PUT", "/v1/proposals/{case_id}"): Door(FRONT_LINE, {"situation": TEXT, "resolution": TEXT}),
    ("POST", "/v1/proposals/{case_id}/cosign"): Door(ANSWERERS, {"content_hash": HASH}),
    ("POST", "/v1/proposals/{case_id}/decline"): Door(
        ANSWERERS, {"content_hash": HASH, "reason": TEXT}
    ),
    ("POST", "/v1/proposals/{case_id}/ask"): Door(
        ANSWERERS, {"content_hash": HASH, "question": TEXT}
    ),
    ("POST", "/v1/questions/{question_id}/answer"): Door(FRONT_LINE, {"text": TEXT}),
    ("POST", "/v1/proposals/{case_id}/withdraw"): Door(FRONT_LINE),
    ("POST", "/v1/cases/{case_id}/revoke"): Door(frozenset({AGENT, ADMIN}), {"reason": TEXT}),
    ("POST", "/v1/cases/{case_id}/outcome"): Door(frozenset({AGENT, ADMIN}), {"csat": 5}),
    ("POST", "/v1/outcomes"): Door(
        frozenset({AGENT, ADMIN}), {"source_system": "helpdesk", "source_id": "1", "csat": 5}
    ),
    ("GET", "/v1/reviews"): Door(FRONT_LINE),
    ("POST", "/v1/reviews/{review_id}"): Door(FRONT_LINE, {"verdict": "fine"}),
    ("GET", "/v1/queue"): Door(ANSWERERS),
    ("GET", "/v1/mine"): Door(FRONT_LINE),
    ("GET", "/v1/draft"): Door(FRONT_LINE),
    ("PUT", "/v1/draft"): Door(FRONT_LINE, {"situation": TEXT}),
    ("DELETE", "/v1/draft"): Door(FRONT_LINE),
    ("POST", "/v1/advice"): Door(FRONT_LINE, {"situation": TEXT}),
    ("POST", "/v1/already-allowed"): Door(
        FRONT_LINE, {"draft": "0123456789", "clause_key": "RET-2.1"}
    ),
    ("POST", "/v1/precedents"): Door(PRECEDENT_READERS, {"situation": TEXT}),
    ("GET", "/v1/cases/{case_id}/reuse"): Door(FRONT_LINE),
    ("POST", "/v1/cases/{case_id}/reuse"): Door(FRONT_LINE, {"situation": TEXT}),
    ("GET", "/v1/cases/{case_id}/reused"): Door(FRONT_LINE),
    ("POST", "/v1/imports"): Door(
        ADMINS, b"id,occurred_at,situation\n1,2026-03-01,Late.\n", {"file_name": "cases.csv"}
    ),
    ("POST", "/v1/imports/surveys"): Door(ADMINS, b"id,csat\n1,5\n", {"file_name": "answers.csv"}),
    ("POST", "/v1/imports/contacts"): Door(
        ADMINS, b"week,contacts\n2026-W10,5\n", {"file_name": "weeks.csv"}
    ),
    ("POST", "/v1/imports/{batch_id}/undo"): Door(ADMINS),
    ("GET", "/v1/imports"): Door(ADMINS),
    ("GET", "/v1/imports/{import_id}"): Door(ADMINS),
    ("POST", "/v1/uploads"): Door(ADMINS, b"id\n1\n", {"file_name": "cases.csv"}),
    ("GET", "/v1/uploads/{upload_id}"): Door(ADMINS),
    ("POST", "/v1/uploads/{upload_id}/import"): Door(ADMINS, {"dry_run": True}),
    ("GET", "/v1/inventory"): Door(ADMINS),
    ("POST", "/v1/look-backs"): Door(
        REVIEWERS, b"date,note\n2026-03-01,Late.\n", {"file_name": "ledger.csv"}
    ),
    ("GET", "/v1/look-backs"): Door(REVIEWERS),
    ("GET", "/v1/look-backs/{look_back_id}"): Door(REVIEWERS),
    ("GET", "/v1/look-backs/{look_back_id}/columns"): Door(REVIEWERS),
    ("POST", "/v1/look-backs/{look_back_id}/start"): Door(REVIEWERS, {}),
    ("POST", "/v1/look-backs/{look_back_id}/report"): Door(REVIEWERS),
    ("DELETE", "/v1/look-backs/{look_back_id}"): Door(REVIEWERS),
    ("GET", "/v1/inbox"): Door(READERS),
    ("GET", "/v1/kinds"): Door(READERS),
    ("GET", "/v1/kinds/{kind_id}"): Door(READERS),
    ("GET", "/v1/kinds/{kind_id}/cases"): Door(READERS),
    ("GET", "/v1/kinds/{kind_id}/lineage"): Door(READERS),
    ("GET", "/v1/kinds/{kind_id}/draft"): Door(READERS),
    ("PATCH", "/v1/kinds/{kind_id}"): Door(JUDGES, {"name": "Late parcels"}),
    ("POST", "/v1/kinds/{kind_id}/dismiss"): Door(JUDGES, {"reason": TEXT}),
    ("POST", "/v1/kinds/{kind_id}/restore"): Door(JUDGES),
    ("POST", "/v1/kinds/{kind_id}/snooze"): Door(JUDGES, {"more_cases": 3, "reason": TEXT}),
    ("POST", "/v1/kinds/{kind_id}/wake"): Door(JUDGES),
    ("POST", "/v1/kinds/{kind_id}/promote"): Door(JUDGES, {}),
    ("POST", "/v1/kinds/{kind_id}/merge"): Door(JUDGES, {"into": "000000000000"}),
    ("POST", "/v1/kinds/{kind_id}/split"): Door(JUDGES, {"cases": ["000000000000"]}),
    ("POST", "/v1/kinds/{kind_id}/confirm"): Door(JUDGES),
    ("POST", "/v1/kinds/{kind_id}/not-a-kind"): Door(JUDGES, {"reason": TEXT}),
    ("POST", "/v1/cases/{case_id}/move"): Door(JUDGES, {"to": None}),
    ("POST", "/v1/moves"): Door(JUDGES, {"cases": ["000000000000"], "to": None}),
    ("GET", "/v1/map"): Door(READERS),
    ("GET", "/v1/map/points"): Door(READERS),
    ("POST", "/v1/map/within"): Door(READERS, {}),
    ("GET", "/v1/corrections"): Door(READERS),
    ("POST", "/v1/corrections/{correction_id}/undo"): Door(JUDGES),
    ("GET", "/v1/memberships"): Door(READERS),
    ("POST", "/v1/runs"): Door(JUDGES, {"seed": 0}),
    ("GET", "/v1/runs"): Door(READERS),
    ("GET", "/v1/runs/why-none"): Door(READERS),
    ("GET", "/v1/runs/{run_id}"): Door(READERS),
    ("GET", "/v1/candidates"): Door(READERS),
    ("GET", "/v1/answers"): Door(READERS),
    ("GET", "/v1/candidates/{candidate_id}"): Door(READERS),
    ("POST", "/v1/candidates/{candidate_id}/claim"): Door(DECIDERS),
    ("POST", "/v1/candidates/{candidate_id}/release"): Door(DECIDERS),
    ("POST", "/v1/candidates/{candidate_id}/accept"): Door(DECIDERS, {"reason": TEXT}),
    ("POST", "/v1/candidates/{candidate_id}/reject"): Door(DECIDERS, {"reason": TEXT}),
    ("POST", "/v1/candidates/{candidate_id}/defer"): Door(
        DECIDERS, {"reason": TEXT, "until": "2030-01-01"}
    ),
    ("POST", "/v1/candidates/{candidate_id}/return"): Door(DECIDERS, {"reason": TEXT}),
    ("POST", "/v1/kinds/{kind_id}/backtest"): Door(READERS, {}),
    ("POST", "/v1/candidates/{candidate_id}/backtest"): Door(READERS, {}),
    ("POST", "/v1/candidates/{candidate_id}/confirm"): Door(DECIDERS, {"reason": TEXT}),
    ("POST", "/v1/candidates/{candidate_id}/roll-back"): Door(DECIDERS, {"reason": TEXT}),
    ("GET", "/v1/effects"): Door(READERS),
    ("GET", "/v1/candidates/{candidate_id}/effect"): Door(READERS),
    ("GET", "/v1/candidates/{candidate_id}/record"): Door(READERS),
    ("GET", "/v1/slices"): Door(READERS),
    ("GET", "/v1/examiner"): Door(frozenset({OWNER, ADMIN, AUDITOR, REPRESENTATIVE})),
    ("GET", "/v1/audit-log"): Door(frozenset({ADMIN, AUDITOR})),
    ("GET", "/v1/audit-pack"): Door(frozenset({ADMIN, AUDITOR})),
    ("GET", "/v1/redaction/words"): Door(ADMINS),
    ("POST", "/v1/redaction/words"): Door(ADMINS, {"use": "name", "word": "Zorvex"}),
    ("DELETE", "/v1/redaction/words/{word_id}"): Door(ADMINS),
    ("POST", "/v1/redaction/again"): Door(ADMINS),
    ("GET", "/v1/cases/{case_id}/raw"): Door(ADMINS),
    ("POST", "/v1/erasures"): Door(ADMINS, {"customer_id": "nobody"}),
}
