"""Colours and layout. Every colour is set, so that a light terminal and a dark one look as intended."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="skoropis-dark",
    primary="#e8b25c",
    secondary="#8fb8de",
    accent="#e8b25c",
    warning="#e8b25c",
    error="#ef7b7b",
    success="#9ccf8b",
    foreground="#e9e5dc",
    background="#16181d",
    surface="#1d2027",
    panel="#262a33",
    dark=True,
    variables={
        "ghost": "#7f8796",
        "faint": "#9aa1ad",
        "mended-text": "#b9e6a9",
        "mended-back": "#25402a",
        "doubt": "#f09a86",
        "input-cursor-background": "#e8b25c",
        "input-cursor-foreground": "#16181d",
        "footer-key-foreground": "#e8b25c",
        "footer-background": "#1d2027",
        "footer-foreground": "#9aa1ad",
        "footer-description-foreground": "#9aa1ad",
    },
)
LIGHT = Theme(
    name="skoropis-light",
    primary="#8a5300",
    secondary="#1f5f99",
    accent="#8a5300",
    warning="#8a5300",
    error="#b3261e",
    success="#2c6e1f",
    foreground="#24221e",
    background="#fbf9f4",
    surface="#f2eee5",
    panel="#e6e0d3",
    dark=False,
    variables={
        "ghost": "#8b877d",
        "faint": "#68645b",
        "mended-text": "#1f5216",
        "mended-back": "#d5edc9",
        "doubt": "#b3261e",
        "input-cursor-background": "#8a5300",
        "input-cursor-foreground": "#fbf9f4",
        "footer-key-foreground": "#8a5300",
        "footer-background": "#f2eee5",
        "footer-foreground": "#68645b",
        "footer-description-foreground": "#68645b",
    },
)

CSS = """
Screen { background: $background; color: $foreground; }

#head { height: 1; background: $surface; padding: 0 2; }
#title { width: 1fr; color: $faint; }
#savings { width: auto; color: $faint; }

#editor {
    height: 1fr; background: $background; color: $foreground; padding: 1 2; border: none;
    overflow-y: scroll; scrollbar-size-vertical: 1;
    scrollbar-background: $background; scrollbar-color: $panel;
    &:focus { border: none; }
    & .text-area--suggestion { color: $ghost; }
    & .editor--mended { color: $mended-text; background: $mended-back; }
    & .editor--doubtful { color: $doubt; text-style: underline; }
}

#offers { height: 1; padding: 0 1; background: $background; }
.offer {
    width: 1fr; height: 1; margin: 0 1; padding: 0 1; background: $panel; text-wrap: nowrap;
    text-overflow: ellipsis;
    &:hover { background: $primary 25%; }
    &.-empty { background: $surface; }
}
#hint { height: 1; padding: 0 2; margin: 0 0; color: $faint; text-wrap: nowrap; text-overflow: ellipsis; }

#choices { height: 1; padding: 0 1; background: $surface; }
.choice {
    width: auto; height: 1; padding: 0 1; color: $faint;
    &:hover { background: $panel; }
    &.-on { color: $error; }
}
Footer { height: 1; padding: 0 1; }

.-narrow #savings { display: none; }
.-narrow .choice { padding: 0 1 0 0; }
.-narrow #choices { display: none; }
.-short #choices, .-short #hint { display: none; }
.-tiny #head, .-tiny Footer { display: none; }
.-tiny #editor { padding: 0 1; }

Leaving { align: center middle; background: $background 70%; }
#leaving {
    width: 64; max-width: 100%; height: auto; padding: 1 2; background: $surface; border: round $primary;
    & #buttons { height: auto; margin: 1 0 0 0; }
    & Button { margin: 0 1 0 0; min-width: 8; }
    & Input { margin: 1 0 0 0; }
    & #said { color: $error; height: auto; }
}
"""
