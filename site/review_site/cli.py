"""The `plaudit` command: one verb for each thing that a person does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module

import click

from review_site.commands.common import Door

# Where each verb is, in review_site.commands.
VERBS: Mapping[str, str] = {
    "account": "access:account",
    "approve": "deciding:approve",
    "ask": "asking:ask_for_reviews",
    "audit": "auditing:audit",
    "author-link": "asking:author_link",
    "backup": "keeping:backup",
    "collect": "collecting:collect",
    "collection": "collections:collection",
    "deliveries": "subscribing:deliveries",
    "demo": "running:demo",
    "doctor": "examining:doctor",
    "export": "exporting:export",
    "faq": "answering:faq",
    "feed": "feeding:feed",
    "flag": "flagging:flag",
    "flags": "flagging:list_flags",
    "import": "importing:import_file",
    "insights": "insights:insights",
    "key": "access:key",
    "media": "media:media",
    "merge": "feeding:merge",
    "mine": "mining:mine",
    "monitor": "monitoring:monitor",
    "person": "persons:person",
    "phrases": "writing:phrases",
    "publish": "publishing:publish",
    "rebuild": "publishing:rebuild",
    "reject": "deciding:reject",
    "replies": "replying:replies",
    "reply": "replying:reply",
    "restore": "keeping:restore",
    "reviews": "deciding:list_reviews",
    "rights": "sources:rights",
    "rules": "validating:rules",
    "search": "searching:search",
    "serve": "running:serve",
    "sources": "collecting:sources",
    "subjects": "subjects:subjects",
    "subscriptions": "subscribing:subscriptions",
    "topics": "topics:topics",
    "validate": "validating:validate",
    "withdraw": "deciding:withdraw",
    "work": "running:work",
}


class Verbs(MutableMapping[str, click.Command]):
    """Commands by name, each imported when it is first asked for: judging a file needs no server and no database."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = dict(places)
        self._commands: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._commands:
            module, _, member = self._places[name].partition(":")
            self._commands[name] = getattr(import_module(f"review_site.commands.{module}"), member)
        return self._commands[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._places[name] = ""
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        del self._places[name]
        self._commands.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@click.group(cls=Door, commands=Verbs(VERBS), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plaudit")
def main() -> None:
    """Collect, check and publish what customers say.

    Exit codes: 0 all is well, 1 something was found, 2 it could not run.
    """


if __name__ == "__main__":
    main()
