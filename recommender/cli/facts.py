"""How facts are given on the command line."""

import json

import click

from recommender.vocabulary import Facts


class FactsOption(click.ParamType[Facts]):
    """Facts as a JSON object."""

    name = "json"

    def convert(
        self, value: str | Facts, param: click.Parameter | None, ctx: click.Context | None
    ) -> Facts:
        """Read `{"days_late": 4}`; anything else is wrong usage."""
        if isinstance(value, dict):
            return value
        try:
            read = json.loads(value)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            self.fail('Give a JSON object such as {"days_late": 4}.', param, ctx)
        return read


facts_option = click.option("--facts", type=FactsOption(), default=dict, help="JSON object.")
