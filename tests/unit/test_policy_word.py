"""Handbooks of a word processor: what becomes sections and clauses, and what is refused."""

from pathlib import Path

import pytest

from recommender.office import archive
from recommender.office.archive import UnreadableOffice
from recommender.policies.syntax import word
from recommender.policies.syntax.handbook import ParsedPolicy
from recommender.policies.syntax.read import parse_policy
from recommender.policies.syntax.suggest import suggest_parameters
from recommender.policies.syntax.word import markdown_of
from tests.documents import item, numbered_heading, paragraph, table, written
from tests.workbooks import rewritten


def read(path: Path, *parts: str) -> ParsedPolicy:
    return parse_policy(markdown_of(written(path, *parts)), "unused")


def clauses(policy: ParsedPolicy) -> list[tuple[str, str, str]]:
    return [(clause.key, clause.section_title, clause.text) for clause in policy.clauses]


def test_headings_paragraphs_and_lists_become_sections_and_clauses(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "shop.docx",
        paragraph("Shop rules", "Title"),
        paragraph("Returns", "H1"),
        paragraph("Unworn items are taken back within 14 days of delivery."),
        paragraph("Boxes", "H2"),
        item("The box may be open,"),
        item("but not torn.", 1),
        item("Tape is fine."),
        item("Weigh it.", numbered=True),
    )
    assert (policy.key, policy.title) == ("shop-rules", "Shop rules")
    assert [(section.title, section.level) for section in policy.sections] == [
        ("Returns", 2),
        ("Boxes", 3),
    ]
    assert clauses(policy) == [
        ("returns.1", "Returns", "Unworn items are taken back within 14 days of delivery."),
        ("boxes.1", "Boxes", "The box may be open,\n- but not torn."),
        ("boxes.2", "Boxes", "Tape is fine."),
        ("boxes.3", "Boxes", "Weigh it."),
    ]
    (offered,) = suggest_parameters(policy.clauses[0].markup)
    assert (offered.limit, offered.unit, offered.bound) == (14, "day", "max")


def test_numbered_parts_of_a_list_without_styles_are_sections(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "Front desk.docx",
        item("Fees", numbered=True),
        item("Late fees are not waived.", 1, numbered=True),
        item("Admin fees are charged as listed.", 1, numbered=True),
        item("Returns", numbered=True),
        item("Boxes come back within 21 days.", 1, numbered=True),
    )
    assert policy.title == "Front desk"
    assert [(key, section) for key, section, _ in clauses(policy)] == [
        ("fees.1", "Fees"),
        ("fees.2", "Fees"),
        ("returns.1", "Returns"),
    ]


def test_a_short_bold_line_is_a_heading(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "a.docx",
        paragraph("", bold="Late fees"),
        paragraph(" is bold only in front.", bold="This"),
        paragraph("", bold="A whole sentence that somebody made bold."),
    )
    assert [section for _, section, _ in clauses(policy)] == ["Late fees", "Late fees"]


def test_a_row_of_a_table_is_a_clause_with_the_names_of_its_columns(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "a.docx",
        paragraph("Warranty", "H1"),
        table(("Item", "Window"), ("Router", "24 months"), ("Box", "")),
        table(("Late fees", "They are charged."), ("Lost bills", "They are sent again.")),
    )
    assert policy.title == "Warranty"
    assert [text for _, _, text in clauses(policy)] == [
        "Item: Router; Window: 24 months",
        "Item: Box",
        "Late fees: They are charged.",
        "Lost bills: They are sent again.",
    ]


def test_keys_that_are_typed_in_front_stay(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "a.docx",
        paragraph("COVID-19 closed the shop, and that is history."),
        paragraph("Fees", "H1"),
        paragraph(" Late fees stay.", bold="MT-FEE-1"),
        paragraph("MT-FEE-2: Roaming is charged as listed."),
    )
    keys = [key for key, _, _ in clauses(policy)]
    assert keys[1:] == ["MT-FEE-1", "MT-FEE-2"]
    alone = read(tmp_path / "b.docx", paragraph("COVID-19 closed the shop."))
    assert clauses(alone) == [("b.1", "b", "COVID-19 closed the shop.")]


def test_numbers_that_the_word_processor_counts_are_keys(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "a.docx",
        paragraph("Shop rules", "Title"),
        numbered_heading("Fees"),
        paragraph("Late fees stay."),
        numbered_heading("Returns"),
        numbered_heading("Boxes", 2),
        paragraph("The box may be open."),
        item("But not torn."),
        numbered_heading("Gifts", 2),
        numbered_heading("Vouchers", 3),
        paragraph("They come back as vouchers."),
        paragraph("Annex", "H1"),
        paragraph("Forms."),
        numbered_heading("Repairs"),
        paragraph("Zips are mended."),
    )
    assert [(section.key, section.title) for section in policy.sections] == [
        ("SR-1", "Fees"),
        ("SR-2", "Returns"),
        ("SR-2.1", "Boxes"),
        ("SR-2.2", "Gifts"),
        ("SR-2.2.1", "Vouchers"),
        ("annex", "Annex"),
        ("SR-3", "Repairs"),
    ]
    assert [key for key, _, _ in clauses(policy)] == [
        "SR-1.1",
        "SR-2.1.1",
        "SR-2.1.2",
        "SR-2.2.1.1",
        "annex.1",
        "SR-3.1",
    ]


def test_a_level_without_its_heading_counts_as_begun(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "Fees.docx",
        paragraph("Fees", "Title"),
        numbered_heading("Late", 2),
        paragraph("Late fees stay."),
        numbered_heading("Lost", 2),
        paragraph("Lost bills are sent again."),
    )
    assert [key for key, _, _ in clauses(policy)] == ["FEE-1.1.1", "FEE-1.2.1"]


def test_the_only_numbered_heading_in_front_is_the_title_without_a_number(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "a.docx",
        numbered_heading("Shop rules"),
        numbered_heading("Fees", 2),
        paragraph("Late fees stay."),
    )
    assert (policy.key, policy.title) == ("shop-rules", "Shop rules")
    assert [key for key, _, _ in clauses(policy)] == ["SR-1.1.1"]


def test_several_headings_of_the_first_level_stand_under_the_file_s_name(tmp_path: Path) -> None:
    policy = read(
        tmp_path / "Shop.docx",
        paragraph("Fees", "H1"),
        paragraph("They stay."),
        paragraph("Returns", "H1"),
        paragraph("Within 14 days."),
    )
    assert policy.key == "shop"
    assert [section for _, section, _ in clauses(policy)] == ["Fees", "Returns"]


@pytest.mark.parametrize("said", ["# no heading", "```", "&gt; said he", "&lt;!-- hidden --&gt; x"])
def test_a_paragraph_stays_one_whatever_it_begins_with(tmp_path: Path, said: str) -> None:
    policy = read(tmp_path / "a.docx", paragraph(said), paragraph("```"), paragraph("Last."))
    assert [text for _, _, text in clauses(policy)][-1] == "Last."
    assert all(section == "a" for _, section, _ in clauses(policy))


def test_markup_of_the_document_is_text(tmp_path: Path) -> None:
    said = "&lt;img src=x onerror=alert(1)&gt; and ![x](http://evil.invalid/a.png)"
    (clause,) = read(tmp_path / "a.docx", paragraph(said)).clauses
    assert clause.text == "<img src=x onerror=alert(1)> and ![x](http://evil.invalid/a.png)"


def test_a_file_that_is_no_document_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0 an old one")
    with pytest.raises(UnreadableOffice, match=r"no \.docx file, or it is protected"):
        markdown_of(path)
    written(path)
    with pytest.raises(UnreadableOffice, match="holds no text"):
        markdown_of(path)
    for broken in (b"", b"<w:document", b"<!DOCTYPE l [<!ENTITY a '&a;&a;'>]><l>&a;</l>"):
        rewritten(path, "word/document.xml", lambda _, broken=broken: broken)  # type: ignore[misc]
        with pytest.raises(UnreadableOffice, match="damaged, or no document"):
            markdown_of(path)


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.docx", paragraph("x" * 300_000))
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(word, "MOST_MARKUP", 200_000)
    with pytest.raises(UnreadableOffice, match="unpacks to more"):
        markdown_of(path)
    monkeypatch.setattr(archive, "MOST_PARTS", 2)
    with pytest.raises(UnreadableOffice, match="unpacks to more"):
        markdown_of(path)
