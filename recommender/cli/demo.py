"""`recommender demo`: the demo world, ready to click."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.common import progress
from recommender.cli.processes import free_port, run_together, servers
from recommender.config import Settings, load_settings

if TYPE_CHECKING:
    from recommender.storage.house import House

FOLDER = Path(".demo")
_NAME = "demo.sqlite"
_PROPOSAL_HOURS = 30 * 24  # proposals wait for as long as somebody may leave the demo lying


@click.command()
@click.option("--reset", is_flag=True, help="Throw away what was done in the demo; start over.")
@click.option("--seed-only", is_flag=True, help="Fill the demo world, but start no server.")
def demo(*, reset: bool, seed_only: bool) -> None:
    """Fill the demo world, start API and dashboard, and say where to click.

    Run again, it keeps what you did. Everything lies in the folder .demo of the working folder.
    """
    if reset and FOLDER.exists():
        shutil.rmtree(FOLDER)
    if not (FOLDER / _NAME).exists():
        _fill()
    if seed_only:
        click.echo(f"The demo world is ready in {FOLDER / _NAME}.")
        return
    _serve()


def _settings(database: Path) -> Settings:
    """Settings of the demo: its own database and keys, whatever else is configured."""
    return load_settings(
        database_url=f"sqlite:///{database.absolute()}",
        key_file=(FOLDER / "demo.keys").absolute(),
        as_of=None,
        demo=True,
        proposal_hours=_PROPOSAL_HOURS,
    )


def _fill() -> None:
    """Seed beside and move into place at the end, so that a broken start leaves nothing half."""
    from recommender.demo.seeding import seed

    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    beside = FOLDER / "filling.sqlite"
    house = _open(_settings(beside))
    click.echo("Filling the demo world (once, about a minute) ...", err=True)
    with progress("Reading the cases") as bar:
        seed(house, bar)
    house.database.close()
    beside.rename(FOLDER / _NAME)


def _open(settings: Settings) -> "House":
    from recommender.storage.house import House

    return House(settings)


def _on_free_ports(settings: Settings) -> Settings:
    """Move what would listen on a busy port to the next free one, and say so."""
    api = free_port(settings.host, settings.api_port)
    dashboard = free_port(settings.host, settings.dashboard_port, promised=api)
    for name, asked, given in (
        ("API", settings.api_port, api),
        ("dashboard", settings.dashboard_port, dashboard),
    ):
        if asked != given:
            click.echo(f"Port {asked} is busy, so the {name} takes {given}.", err=True)
    return settings.model_copy(update={"api_port": api, "dashboard_port": dashboard})


def _serve() -> None:
    from recommender.accounts.passwords import DEMO_PASSWORD
    from recommender.demo.seeding import SIGN_INS

    settings = _on_free_ports(_settings(FOLDER / _NAME))
    house = _open(settings)
    house.database.migrate()
    secret = house.keys.cookie_secret
    house.database.close()
    environment = {
        "RECOMMENDER_DATABASE_URL": settings.database_url,
        "RECOMMENDER_KEY_FILE": str(settings.key_file),
        "RECOMMENDER_DEMO": "true",
        "RECOMMENDER_PROPOSAL_HOURS": str(settings.proposal_hours),
        "RECOMMENDER_API_PORT": str(settings.api_port),
        "RECOMMENDER_DASHBOARD_PORT": str(settings.dashboard_port),
    }
    os.environ.pop("RECOMMENDER_AS_OF", None)
    click.echo("Starting ...", err=True)

    def announce() -> None:
        click.echo(f"\n  Dashboard  http://{settings.host}:{settings.dashboard_port}")
        click.echo(f"  API        http://{settings.host}:{settings.api_port}/v1\n")
        click.echo("  Three minutes? Open the dashboard, and take the guided tour.\n")
        click.echo(f"  Or sign in by one of these names; the password is {DEMO_PASSWORD}\n")
        for account in SIGN_INS:
            click.echo(f"    {account.name:<8}{account.part}")
        click.echo("\n  Ctrl-C stops both. What you do is kept; `make demo-reset` starts over.")

    run_together(servers(settings, secret, environment), announce)
