"""The `plaudit` command: one verb for each thing that a person does."""

from __future__ import annotations

import click

from review_site.commands.common import Door
from review_site.commands.deciding import approve, list_reviews, reject, withdraw
from review_site.commands.importing import import_file
from review_site.commands.publishing import mine, publish, rebuild, validate
from review_site.commands.running import demo, doctor, serve, work
from review_site.commands.sources import rights


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plaudit")
def main() -> None:
    """Collect, check and publish what customers say.

    Exit codes: 0 all is well, 1 something was found, 2 it could not run.
    """


VERBS = (
    approve,
    demo,
    doctor,
    import_file,
    list_reviews,
    mine,
    publish,
    rebuild,
    reject,
    rights,
    serve,
    validate,
    withdraw,
    work,
)
for verb in VERBS:
    main.add_command(verb)

if __name__ == "__main__":
    main()
