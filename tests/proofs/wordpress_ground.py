"""A WordPress of its own for a proof: Debian's, on a MariaDB of its own, served by PHP, with our plugin."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

import requests

from tests.proofs.instances import free_port
from tests.proofs.measuring import SkippedError, run, started, wait_until

PLUGIN = Path(__file__).parents[2] / "examples" / "wordpress" / "plaudit.php"
DEBIAN = Path("/usr/share/wordpress")
PROGRAMS = ("php", "mariadbd", "mariadb-install-db", "mariadb")
BLOCK_THEME, CLASSIC_THEME = "twentytwentythree", "classic"
PASSWORD = secrets.token_urlsafe(12)
PATIENCE = 60.0
CONFIG = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', %(user)s );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', %(host)s );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_HOME', %(url)s );
define( 'WP_SITEURL', %(url)s );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', __DIR__ . '/debug.log' );
define( 'AUTH_SALT', %(salt)s );
define( 'NONCE_SALT', %(salt)s );
define( 'LOGGED_IN_SALT', %(salt)s );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
"""
CLASSIC = """<?php ?><!doctype html><html><head><meta charset="utf-8"><?php wp_head(); ?></head><body>
<?php while ( have_posts() ) { the_post(); the_content(); } wp_footer(); ?></body></html>
"""
INSTALL = """
define( 'WP_INSTALLING', true );
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
wp_install( 'Larkfield', 'admin', 'admin@larkfield.example', true, '', $given['password'] );
wp_insert_user( array( 'user_login' => 'reader', 'user_pass' => $given['password'], 'role' => 'subscriber' ) );
"""
LOADED = "require 'wp-load.php'; require 'wp-admin/includes/plugin.php';"


@dataclass(frozen=True, kw_only=True)
class WordPress:
    """A site that is served."""

    folder: Path
    url: str

    @property
    def hook(self) -> str:
        return f"{self.url}/index.php?rest_route=/plaudit/v1/webhook"

    def php(self, code: str, **given: object) -> str:
        """What PHP prints that runs beside WordPress, with ``$given``; raises RuntimeError where it fails."""
        begins = "error_reporting( E_ALL ); $given = json_decode( getenv( 'GIVEN' ), true );"
        command: list[str | Path] = ["php", "-d", "sendmail_path=true", "-r", begins + code]
        ran = run(command, cwd=self.folder, env={**os.environ, "GIVEN": json.dumps(given)})
        if ran.status:
            raise RuntimeError(f"PHP ended with {ran.status}:\n{ran.out[-2000:]}{ran.err[-2000:]}")
        return ran.out

    def wordpress(self, code: str, **given: object) -> str:
        return self.php(LOADED + code, **given)

    def connect(self, instance: str, secret: str) -> None:
        """What is otherwise typed into the settings page."""
        self.wordpress("update_option( 'plaudit_settings', $given );", url=instance, secret=secret)

    def publish(self, content: str, kind: str = "page") -> str:
        """The address of a new page, or post; ``content`` is what its author typed."""
        said = {"post_type": kind, "post_status": "publish", "post_title": "Kettle", "post_content": content}
        return f"{self.url}/?page_id={self.wordpress('echo wp_insert_post( wp_slash( $given ) );', **said)}"

    def wear(self, theme: str) -> None:
        self.wordpress("switch_theme( $given['theme'] );", theme=theme)

    def run_cron(self) -> None:
        """Does what is due, as a visit would, whether or not its minute has passed."""
        self.wordpress("do_action( 'plaudit_catch_up' );")

    def complaints(self) -> str:
        """What PHP logged as wrong in the plugin."""
        log = self.folder / "debug.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return "\n".join(each for each in lines if PLUGIN.name in each)


@contextmanager
def wordpress(folder: Path) -> Iterator[WordPress]:
    """A new site with the plugin active. Raises SkippedError where this machine lacks WordPress, MariaDB or PHP."""
    missing = [each for each in PROGRAMS if shutil.which(each) is None]
    if missing or not DEBIAN.is_dir():
        raise SkippedError(f"there is no {', '.join(missing) or 'WordPress'} here")
    with _mariadb(folder) as socket:
        site = WordPress(folder=folder / "site", url=f"http://127.0.0.1:{free_port()}")
        _lay_out(site, socket)
        site.php(INSTALL, password=PASSWORD)
        site.wordpress("activate_plugin( 'plaudit.php' );")
        host = site.url.removeprefix("http://")
        command: list[str | Path] = ["php", "-S", host, "-t", site.folder]
        serves = {**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}
        with started(command, cwd=site.folder, env=serves, log=folder / "php.log"):
            wait_until("WordPress", lambda: _answers(site.url), limit=PATIENCE)
            yield site


@contextmanager
def _mariadb(folder: Path) -> Iterator[Path]:
    held, socket = folder / "mariadb", folder / "mariadb.socket"
    user = f"--user={getuser()}"
    options: list[str | Path] = ["--no-defaults", f"--datadir={held}", user]
    makes = ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
    if (made := run(makes, cwd=folder, env=os.environ)).status:
        raise SkippedError(f"MariaDB makes no database here: {made.err[-200:]}")
    serves = ["mariadbd", *options, f"--socket={socket}", "--skip-networking", f"--pid-file={folder / 'mariadb.pid'}"]
    asks: list[str | Path] = ["mariadb", "--no-defaults", f"--socket={socket}", "--user=root", "-e"]
    with started(serves, cwd=folder, env=os.environ, log=folder / "mariadb.log"):
        makes = [*asks, "CREATE DATABASE wordpress"]
        wait_until("MariaDB", lambda: run(makes, cwd=folder, env=os.environ).status == 0, limit=PATIENCE, every=0.2)
        yield socket


def _lay_out(site: WordPress, socket: Path) -> None:
    shutil.copytree(DEBIAN, site.folder, symlinks=True)
    said: Mapping[str, str] = {
        "user": "root",
        "host": f"localhost:{socket}",
        "url": site.url,
        "salt": secrets.token_hex(32),
    }
    (site.folder / "wp-config.php").write_text(CONFIG % {name: f"'{value}'" for name, value in said.items()})
    shutil.copy(PLUGIN, site.folder / "wp-content" / "plugins")
    theme = site.folder / "wp-content" / "themes" / CLASSIC_THEME
    theme.mkdir()
    (theme / "style.css").write_text("/* Theme Name: Classic */\n")
    (theme / "index.php").write_text(CLASSIC)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False
