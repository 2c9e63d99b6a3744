"""Proof: Debian's WordPress with our plugin, run for real: approval, withdrawal, loss and forgery by each embed."""

from __future__ import annotations

import hmac
import re
import time
from base64 import b64encode
from collections.abc import Mapping
from html import unescape

import requests

from tests.proofs.cms_story import LIST, SUBJECT, Cms, Shop, line, post, shop, tell_story
from tests.proofs.instances import Ground, ground
from tests.proofs.measuring import Ledger, SkippedError, wait_until
from tests.proofs.widgets_ground import chromium
from tests.proofs.wordpress_ground import BLOCK_THEME, CLASSIC_THEME, PASSWORD, WordPress, wordpress
from tests.servers import Heard, Reply, loopback

PATIENCE = 30
BLOCK = f'<!-- wp:plaudit/snippet {{"subject":"{SUBJECT}","locale":"en"}} /-->'
AROUND = '<!-- wp:paragraph --><p>It\'s "ours" :) -- Wordpress</p><!-- /wp:paragraph -->\n'
EMBED = '<!-- wp:embed {{"url":"{0}"}} --><figure class="wp-block-embed"><div>\n{0}\n</div></figure><!-- /wp:embed -->'
HOSTILE = "It's \"fine\" :) -- 9x12... (c) Wordpress 8-) [gallery] [plaudit] https://youtu.be/x <b>& don't"
"""What WordPress makes curly quotes, smilies, dashes, signs, capital letters, shortcodes and embeds of."""
INSERT = """() => {
    const editor = window.wp?.data?.select('core/editor')
    // What is inserted before is thrown away when the editor reads its page.
    if (!editor?.__unstableIsEditorReady() || !wp.blocks.getBlockType('plaudit/snippet')) return false
    wp.data.dispatch('core/preferences').set('core/edit-post', 'welcomeGuide', false)
    wp.data.dispatch('core/block-editor').insertBlock(wp.blocks.createBlock('plaudit/snippet'))
    return true
}"""
SAVED = """() => !wp.data.select('core/editor').isSavingPost()
    && wp.data.select('core/editor').isCurrentPostPublished()"""
INTRUDER = b'<p onclick="gone()">Kept words</p><script>gone()</script><iframe src="https://x.example"></iframe>'


def prove(ledger: Ledger) -> None:
    with ground() as place, wordpress(place.folder) as site:
        ledger.say(site.wordpress("echo 'WordPress ', $GLOBALS['wp_version'], ', PHP ', PHP_VERSION;"))
        for embed, theme in (("shortcode", BLOCK_THEME), ("block", CLASSIC_THEME), ("address", BLOCK_THEME)):
            _tell_by(ledger, place, site, embed, theme)
        with shop(place, "filters") as plaudit:
            site.connect(plaudit.url, "")
            _prove_filters(ledger, plaudit, site)
            _prove_head(ledger, plaudit, site)
            _prove_previews(ledger, plaudit, site)
            _prove_editor(ledger, site)
            _prove_gone(ledger, plaudit, site)
        _prove_origin(ledger, site)
        _prove_closed(ledger, site)
        _prove_settings(ledger, site)
        ledger.claim("PHP complains about nothing in the plugin", holds=not site.complaints(), found=site.complaints())


def _written(plaudit: Shop) -> Mapping[str, str]:
    """What an author types for each embed."""
    return {
        "shortcode": f'{AROUND}[plaudit subject="{SUBJECT}" name="list" locale="en"]',
        "block": AROUND + BLOCK,
        "address": AROUND + EMBED.format(f"{plaudit.url}/reviews/{SUBJECT}?locale=en"),
    }


def _tell_by(ledger: Ledger, place: Ground, site: WordPress, embed: str, theme: str) -> None:
    with shop(place, embed) as plaudit, line() as wire:
        secret = plaudit.tell(wire.url)
        site.wear(theme)
        site.connect(plaudit.url, secret)
        address = site.publish(_written(plaudit)[embed])
        site.run_cron()
        name = f"{embed}, {theme}"
        tell_story(
            ledger,
            plaudit,
            wire,
            Cms(name=name, hook=site.hook, page=lambda: _page(address), catch_up=site.run_cron),
            secret,
        )


def _prove_filters(ledger: Ledger, plaudit: Shop, site: WordPress) -> None:
    plaudit.approve(plaudit.take_in(HOSTILE))
    wait_until("the hostile review", lambda: plaudit.serves("9x12"), limit=PATIENCE)
    snippet = requests.get(plaudit.url + LIST, timeout=PATIENCE).text
    written = _written(plaudit)
    for theme in (BLOCK_THEME, CLASSIC_THEME):
        site.wear(theme)
        for embed, content in written.items():
            page = _page(site.publish(content))
            is_filtered = "It&#8217;s" in page and "WordPress" in page and 'It\'s "ours" :)' not in page
            ledger.claim(f"{embed}, {theme}: byte for byte", holds=snippet in page, found=f"{len(snippet)} bytes")
            ledger.claim(f"{embed}, {theme}: what stands beside it is filtered", holds=is_filtered)
    bare = requests.get(plaudit.url + LIST.replace("list?", "list-bare?"), timeout=PATIENCE).text
    for made in ("do_shortcode", "wpautop", "wptexturize", "convert_smilies", "wp_kses_post"):
        after = site.wordpress("echo $given['made']( $given['bare'] );", made=made, bare=bare)
        says = "the same bytes" if after == bare else f"{len(bare)} characters become {len(after)}"
        ledger.say(f"list-bare pasted by hand, without the plugin, then {made}: {says}")
        if made == "do_shortcode":
            ledger.claim("pasted: no word of a customer runs as a shortcode", holds=after == bare)
        if made in ("wpautop", "wp_kses_post"):
            ledger.claim(f"pasted: no word is lost to {made}", holds=_words(bare) == _words(after))


def _prove_head(ledger: Ledger, plaudit: Shop, site: WordPress) -> None:
    page = _page(site.publish(f'[plaudit subject="{SUBJECT}" locale="en" jsonld="head"]'))
    document = requests.get(f"{plaudit.url}/v1/subjects/{SUBJECT}/snippets/jsonld?locale=en", timeout=PATIENCE).text
    head, _, body = page.partition("</head>")
    holds = document in head and "application/ld+json" not in body and "plaudit-list" in body
    ledger.claim('jsonld="head": the document once, in the head, and the list below', holds=holds)
    sheet = re.search(r"href='([^']*/assets/plaudit[^']*\.css)'", head)
    served = requests.get(sheet[1], timeout=PATIENCE) if sheet else None
    holds = served is not None and served.ok and served.headers["Content-Type"].startswith("text/css")
    ledger.claim("the style sheet stands in the head, and is served", holds=holds, found=sheet and sheet[1])
    script = re.search(r"src='([^']*/assets/plaudit[^']*\.js)'", page)
    holds = bool(script) and requests.get(script[1] if script else "", timeout=PATIENCE).ok
    ledger.claim("the script is there, and is served", holds=holds)


def _prove_previews(ledger: Ledger, plaudit: Shop, site: WordPress) -> None:
    """What the block editor asks for when it shows an address, and a block."""
    address = f"{plaudit.url}/reviews/{SUBJECT}?locale=en"
    previewed = site.wordpress("echo wp_oembed_get( $given['address'] );", address=address)
    ledger.claim("the editor's preview of an address, by oEmbed", holds="plaudit-list" in previewed)
    inside = site.wordpress("var_dump( wp_http_validate_url( $given['url'] ) );", url=f"{plaudit.url}/v1/reviews")
    ledger.claim("and nothing else there may be asked for by it", holds="bool(false)" in inside)
    previewed = site.wordpress("echo do_blocks( $given['block'] );", block=BLOCK)
    ledger.claim("the editor's preview of a block", holds="plaudit-list" in previewed)
    site.publish(_written(plaudit)["shortcode"], kind="post")
    fed = requests.get(f"{site.url}/?feed=rss2", timeout=PATIENCE).text
    holds = "plaudit" not in fed and "8217;s &#8220;ours" in fed
    ledger.claim("feeds have the post and quote nobody", holds=holds)


def _prove_editor(ledger: Ledger, site: WordPress) -> None:
    """A person who makes a page with our block, in the editor as it is."""
    try:
        with chromium() as browser:
            page = browser.new_page()
            page.goto(f"{site.url}/wp-login.php")
            page.fill("#user_login", "admin")
            page.fill("#user_pass", PASSWORD)
            page.click("#wp-submit")
            page.goto(f"{site.url}/wp-admin/post-new.php?post_type=page")
            page.set_default_timeout(3 * PATIENCE * 1000)
            page.wait_for_function(INSERT)
            page.get_by_label("Subject").fill(SUBJECT)
            page.wait_for_selector(".plaudit-list")
            ledger.claim("the editor shows the block as it will be", holds=True)
            page.evaluate("wp.data.dispatch('core/editor').editPost({title: 'Made', status: 'publish'})")
            page.evaluate("wp.data.dispatch('core/editor').savePost()")
            page.wait_for_function(SAVED)
            made = str(page.evaluate("wp.data.select('core/editor').getPermalink()"))
    except SkippedError as error:
        ledger.leave_out("the block in the editor", error)
    else:
        ledger.claim("and the page that it saves shows it", holds="plaudit-list" in _page(made))


def _prove_gone(ledger: Ledger, plaudit: Shop, site: WordPress) -> None:
    """While the instance cannot be reached."""
    pages = {
        name: site.publish(f'[plaudit subject="{SUBJECT}" name="{name}" locale="en"]') for name in ("list", "badge")
    }
    shown = {name: 'class="plaudit' in _page(address) for name, address in pages.items()}
    site.wordpress("update_option( 'plaudit_settings', array( 'url' => $given['url'] ) );", url=plaudit.url)
    ages = (
        "$key = Plaudit\\copy_key( 'subject', $given['subject'], $given['name'], 'en' ); $copy = get_transient( $key );"
    )
    ages += "$copy['asked_at'] -= 600; set_transient( $key, $copy ); set_transient( 'plaudit_down', 1, 60 );"
    for name in pages:
        site.wordpress(ages, subject=SUBJECT, name=name)
    left = {name: 'class="plaudit' in _page(address) for name, address in pages.items()}
    site.wordpress("delete_transient( 'plaudit_down' );")
    ledger.claim("ten minutes without the instance: quotes are gone", holds=shown["list"] and not left["list"])
    ledger.claim("ten minutes without the instance: the badge stays", holds=shown["badge"] and left["badge"])


def _prove_origin(ledger: Ledger, site: WordPress) -> None:
    """What another origin says, by way of a redirect, is filtered."""

    def intrude(_: Heard) -> Reply:
        return Reply(200, INTRUDER, {"Content-Type": "text/html"})

    with loopback(intrude) as other, loopback(lambda _: Reply(302, b"", {"Location": other.url})) as configured:
        site.connect(configured.url, "")
        page = _page(site.publish(f'[plaudit subject="{SUBJECT}" locale="en"]'))
        holds = "<p>Kept words</p>" in page and "<script>gone" not in page and "x.example" not in page
        ledger.claim("what comes from another origin goes through wp_kses_post", holds=holds)
        site.connect(other.url, "")
        page = _page(site.publish(f'[plaudit subject="{SUBJECT}" locale="en"]'))
        ledger.claim("what comes from the configured one does not", holds=INTRUDER.decode() in page)


def _prove_settings(ledger: Ledger, site: WordPress) -> None:
    site.connect("http://127.0.0.1:9", "whsec_" + "A" * 43 + "=")
    admin, reader, form = _signed_in(site, "admin"), _signed_in(site, "reader"), f"{site.url}/wp-admin/options.php"
    page = admin.get(f"{site.url}/wp-admin/options-general.php?page=plaudit", timeout=PATIENCE).text
    ledger.claim("the settings page never shows the secret", holds="plaudit-url" in page and "AAAA" not in page)
    found = re.search(r'name="_wpnonce" value="([^"]+)"', page)
    said = {"option_page": "plaudit", "action": "update", "plaudit_settings[url]": "https://new.example/"}
    said["_wpnonce"] = found[1] if found else ""
    tries = {
        "without a nonce": admin.post(form, data={**said, "_wpnonce": ""}, timeout=PATIENCE),
        "by a reader": reader.post(form, data=said, timeout=PATIENCE),
    }
    kept = site.wordpress("echo json_encode( get_option( 'plaudit_settings' ) );")
    refused = {what: answer.status_code for what, answer in tries.items()}
    holds = "new.example" not in kept and set(refused.values()) <= {400, 403}
    ledger.claim("settings are not saved without a nonce, nor by a reader", holds=holds, found=refused)
    admin.post(form, data=said, timeout=PATIENCE)
    kept = site.wordpress(
        "$kept = get_option( 'plaudit_settings' ); echo $kept['url'], ' ', strlen( $kept['secret'] );"
    )
    ledger.claim("an admin saves them, and the secret stays", holds=kept == "https://new.example 50", found=kept)


def _prove_closed(ledger: Ledger, site: WordPress) -> None:
    """Without a secret not even what is signed with none may come in."""
    site.connect("http://127.0.0.1:9", "")
    at = str(int(time.time()))
    signature = b64encode(hmac.digest(b"", f"msg_1.{at}.{{}}".encode(), "sha256")).decode()
    signed = {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": f"v1,{signature}"}
    status = post(site.hook, signed, b"{}")
    ledger.claim("without a secret the webhook is closed", holds=status == 403, found=status)


def _signed_in(site: WordPress, name: str) -> requests.Session:
    session = requests.Session()
    session.get(f"{site.url}/wp-login.php", timeout=PATIENCE)
    said = {"log": name, "pwd": PASSWORD, "testcookie": "1"}
    session.post(f"{site.url}/wp-login.php", data=said, timeout=PATIENCE, allow_redirects=False)
    return session


def _page(address: str) -> str:
    answer = requests.get(address, timeout=PATIENCE)
    answer.raise_for_status()
    answer.encoding = "utf-8"
    return answer.text


def _words(html: str) -> list[str]:
    return unescape(re.sub(r"<[^>]*>", " ", html)).split()
