"""These pages as a site that reads without a network: `make docs` builds it with Sphinx."""

from pygments.lexers.configs import IniLexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

LOOK = {
    "light": {
        "brand": "#1f6f6b",
        "primary": "#ffffff",
        "secondary": "#f4f3ee",
        "border": "#d9d7cf",
    },
    "dark": {"brand": "#7cc9c2", "primary": "#15191b", "secondary": "#1d2326", "border": "#39434a"},
}
"""The dashboard's colours, as its config.toml has them."""

project = "Policy-Feedback Recommender"
root_doc = "index"
extensions = ["myst_parser"]
exclude_patterns = ["container"]
nitpicky = True
smartquotes = False  # a page shows what was typed: two dashes stay two dashes
myst_heading_anchors = 4

html_theme = "furo"
html_title = project
html_favicon = html_logo = "../dashboard/static/favicon.png"
html_static_path = ["site"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    f"{theme}_css_variables": {
        "color-brand-primary": look["brand"],
        "color-brand-content": look["brand"],
        "color-brand-visited": look["brand"],
        "color-background-primary": look["primary"],
        "color-background-secondary": look["secondary"],
        "color-background-border": look["border"],
    }
    for theme, look in LOOK.items()
} | {"top_of_page_buttons": []}


def setup(app: Sphinx) -> None:
    """Name the languages of code blocks that Pygments knows under other names, or not at all."""
    app.add_lexer("csv", TextLexer)
    app.add_lexer("dotenv", IniLexer)
    app.add_lexer("jsonl", JsonLexer)
