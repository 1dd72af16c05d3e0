"""`recommender serve`: API and dashboard on the configured database."""

from typing import TYPE_CHECKING

import click

from recommender.cli.common import pass_house
from recommender.cli.processes import require_port, run_together, servers

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House


@click.command()
@pass_house
def serve(house: "House", actor: "Actor") -> None:  # noqa: ARG001 - serving needs no account
    """Start the API and the dashboard, and stop both on Ctrl-C.

    They listen on the host and ports of the settings, and write to standard error. Put a proxy
    with TLS before them to let others in.
    """
    settings = house.settings
    secret = house.keys.cookie_secret
    require_port(settings.host, settings.api_port, "RECOMMENDER_API_PORT")
    require_port(settings.host, settings.dashboard_port, "RECOMMENDER_DASHBOARD_PORT")
    house.database.close()

    def announce() -> None:
        click.echo(f"Dashboard  http://{settings.host}:{settings.dashboard_port}")
        click.echo(f"API        http://{settings.host}:{settings.api_port}/v1")
        click.echo("Ctrl-C stops both.")

    run_together(servers(settings, secret), announce, aloud=True)
