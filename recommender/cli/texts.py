"""Verbs `redaction`, `raw`, `erase` and `seal`: what people typed, and how long it stays."""

from typing import TYPE_CHECKING

import click

from recommender.cli.common import (
    json_option,
    pass_house,
    print_json,
    print_table,
    progress,
    shown,
)
from recommender.vocabulary import OwnWordUse

if TYPE_CHECKING:
    from recommender.access import Actor
    from recommender.storage.house import House

_TEXTS = ("situation", "resolution", "reason", "decline_reason", "revoke_reason")


@click.group()
def redaction() -> None:
    """What is replaced in texts before they are embedded or shown."""


@redaction.group("words")
def words_() -> None:
    """The organisation's own names, patterns, and words that are left alone."""


@words_.command("list")
@json_option
@pass_house
def list_words(house: "House", actor: "Actor", *, as_json: bool) -> None:
    """List the own words."""
    from recommender.accounts.own_words import words

    with house.reading(actor) as tx:
        rows = [
            {"id": one.id, "use": str(one.use), "word": one.word, "placeholder": one.placeholder}
            for one in words(tx)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, {column: column for column in ("id", "use", "word", "placeholder")})


@words_.command("add")
@click.argument("word")
@click.option(
    "--use",
    type=click.Choice([use.value for use in OwnWordUse]),
    default=OwnWordUse.NAME.value,
    show_default=True,
    help="Replace it as a name, leave it alone, or replace what a pattern matches.",
)
@click.option("--placeholder", help="What stands in a pattern's place, such as meter.")
@pass_house
def add(house: "House", actor: "Actor", *, word: str, use: str, placeholder: str | None) -> None:
    """Add a word; it counts from the next text on."""
    from recommender.accounts.own_words import add_word

    with house.transaction(actor) as tx:
        added = add_word(tx, OwnWordUse(use), word, placeholder).id
    click.echo(f"Added {added}. `recommender redaction again` does the texts that are there.")


@words_.command("remove")
@click.argument("word_id", metavar="ID")
@pass_house
def remove(house: "House", actor: "Actor", *, word_id: str) -> None:
    """Remove a word."""
    from recommender.accounts.own_words import remove_word

    with house.transaction(actor) as tx:
        remove_word(tx, word_id)
    click.echo(f"Removed {shown(word_id)}.")


@redaction.command("again")
@pass_house
def again(house: "House", actor: "Actor") -> None:
    """Redact every case anew from what was typed, and embed what changed."""
    from recommender.cases.embedding import catch_up
    from recommender.cases.redacting_again import redact_again

    with progress("Redacting") as advance:
        done = redact_again(house, actor, advance)
    with progress("Embedding") as advance:
        embedded = catch_up(house, actor, advance).embedded
    click.echo(
        f"{done.cases} cases and {done.notes} notes beside them read otherwise now; "
        f"{embedded} texts were embedded."
    )


@click.command()
@click.argument("case_id")
@json_option
@pass_house
def raw(house: "House", actor: "Actor", *, case_id: str, as_json: bool) -> None:
    """Show a case's texts as they were typed; that you read them is recorded."""
    from recommender.cases.filing import raw_text

    with house.transaction(actor) as tx:
        typed = raw_text(tx, case_id)
        texts = {name: getattr(typed, name) for name in _TEXTS}
    if as_json:
        print_json(texts)
        return
    for name, text in texts.items():
        if text is not None:
            click.echo(f"{name.replace('_', ' ')}: {shown(text)}")


@click.command()
@click.option("--customer", "customer_id", required=True, metavar="ID", help="As cases carry it.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@json_option
@pass_house
def erase(
    house: "House", actor: "Actor", *, customer_id: str, dry_run: bool, as_json: bool
) -> None:
    """Erase a customer: every text, vector and quote; what is counted stays. Final."""
    from recommender.cases.erasing import erase_customer

    done = erase_customer(house, actor, customer_id, dry_run=dry_run)
    if as_json:
        print_json(done)
        return
    click.echo(
        f"{'Would erase' if dry_run else 'Erased'} {done.texts} texts of {done.cases} cases, "
        f"{done.vectors} vectors, {done.notices} notices, {done.questions} questions, "
        f"{done.drafts} drafts, and their words in {done.names} other places."
    )
    if not (dry_run or done.rewritten):
        click.echo(
            "Another program holds the database's files, which keep deleted bytes meanwhile. "
            "Stop it and run `recommender seal`.",
            err=True,
        )


@click.command()
@click.option("--new-key", is_flag=True, help="Make a new key first, and seal all with it.")
@pass_house
def seal(house: "House", actor: "Actor", *, new_key: bool) -> None:
    """Bring what is kept as typed in line with the setting: sealed, or plain."""
    from recommender.cases.at_rest import seal_again

    done = seal_again(house, actor, new_key=new_key)
    how = "sealed" if house.settings.encrypt_raw else "plain"
    click.echo(f"Wrote {done.rows} rows anew; all are {how} now.")
    if done.new_key is not None:
        click.echo(f"Key {done.new_key} is in the key file: take a backup of it.")
