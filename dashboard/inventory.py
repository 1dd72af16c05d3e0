"""What an administrator looks after: the data, the last backup, the settings in force."""

import streamlit as st

from api.schemas.inventory import BackupOut, InventoryOut, SettingOut
from dashboard.catalogue import md, t, tn
from dashboard.tables import Row, pairs
from dashboard.words import day, number, percent

_KILO = 1000
_UNITS = ("B", "kB", "MB", "GB", "TB")


def draw(found: InventoryOut) -> None:
    """Draw it: data and backup side by side, the settings folded away."""
    data, backup = st.columns(2)
    with data, st.container(border=True, key="data", height="stretch"):
        st.markdown(t("**Data**"))
        pairs(_data(found), key="inventory-data")
    with backup, st.container(border=True, key="backup", height="stretch", gap="xsmall"):
        st.markdown(t("**Last backup**"))
        if found.database == "postgresql":
            st.markdown(
                t("PostgreSQL is backed up by its own tools, which are not seen from here.")
            )
            st.caption(t("`pg_dump`, and a copy of the key file: see “Running it”."))
        else:
            _backup(found.backup)
    _settings(found.settings)


def _data(found: InventoryOut) -> list[Row]:
    named = t("A SQLite file") if found.database == "sqlite" else "PostgreSQL"
    share = percent(found.embedded / found.decided) if found.decided else t("none yet")
    left = found.decided - found.embedded
    waiting = tn("{n} waits for it", "{n} wait for it", left) if left else ""
    return [
        Row(t("Database"), named, size_in_words(found.size)),
        Row(t("Cases"), number(found.cases)),
        Row(t("Can be compared with a new case"), share, waiting),
    ]


def size_in_words(size: float) -> str:
    """A size as people write it: 12.3 MB."""
    place = 0
    while size >= _KILO and place < len(_UNITS) - 1:
        size, place = size / _KILO, place + 1
    return f"{number(round(size, 1))} {_UNITS[place]}"


def _backup(backup: BackupOut | None) -> None:
    """When, and what was found on looking at the copy; or that there is none, and how."""
    if backup is None or backup.checked is None:
        st.badge(t("Never"), color="orange", icon=":material/warning:")
    else:
        st.markdown(
            md("{day} at {time} UTC", day=day(backup.checked), time=f"{backup.checked:%H:%M}")
        )
        st.caption(
            tn(
                "Every page of the copy was looked at, and the one entry of its log is sound.",
                "Every page of the copy was looked at, and the {n} entries of its log are sound.",
                backup.entries or 0,
            )
        )
    if backup is not None and (backup.checked is None or backup.checked < backup.begun):
        st.caption(
            md(
                "One was begun on {day} at {time} UTC, and no end of it is recorded.",
                day=day(backup.begun),
                time=f"{backup.begun:%H:%M}",
            )
        )
    st.caption(t("`recommender backup FOLDER` makes one while everybody works on."))


def _settings(settings: list[SettingOut]) -> None:
    """Those that somebody set, then those by default."""
    with st.expander(t("Settings in force"), key="settings"):
        st.caption(t("They are read from the environment when the product starts."))
        for changed, title in ((True, t("**Set here**")), (False, t("**By default**"))):
            some = [one for one in settings if one.changed is changed]
            if some:
                st.markdown(title)
                rows = [Row(one.name, one.value, one.says.replace("`", "")) for one in some]
                pairs(rows, key=f"inventory-settings-{changed}")
