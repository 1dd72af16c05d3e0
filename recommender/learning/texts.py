"""What a text must be before it is embedded."""

from collections.abc import Sequence

from recommender.errors import Invalid


class BlankText(Invalid):
    """A text without a word in it: models give it a vector all the same, and it means nothing."""

    title = "Blank text"


def embeddable(texts: Sequence[str]) -> list[str]:
    """Refuse blanks, and replace the half characters that no tokenizer can read.

    Parameters
    ----------
    texts : sequence of n str

    Returns
    -------
    list of n str

    Raises
    ------
    BlankText
        When a text is empty or white space only; `index` is its place.
    TypeError
        When one text is given in place of a sequence, which would be read letter by letter.
    """
    if isinstance(texts, str):
        message = "Give a sequence of texts; one text goes in as [text]."
        raise TypeError(message)
    for index, text in enumerate(texts):
        if not text.strip():
            message = f"Text {index} is blank."
            raise BlankText(message, remedy="Leave blank texts out.", index=index)
    return [text.encode("utf-8", "replace").decode() for text in texts]
