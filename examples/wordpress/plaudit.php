<?php
/**
 * Plugin Name:       Plaudit
 * Description:       Prints review snippets of a Plaudit instance into posts and pages, and takes them off when they change.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       plaudit
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A snippet is fetched once and kept with its ETag. Three things make this plugin ask whether it is still current: a
 * signed webhook, the list of what changed (read each minute by WP-Cron), and five minutes without either.
 */

declare( strict_types=1 );

namespace Plaudit;

defined( 'ABSPATH' ) || exit;

/** Seconds after which a copy is not used without asking whether it is current. */
const FRESH = 300;
/** Seconds that a copy is printed while the instance cannot be reached. Who takes a review back was promised that it goes. */
const QUOTES_FOR    = 300;
const OTHERS_FOR    = 86400;
const QUOTES_NOBODY = array( 'badge', 'histogram', 'phrases' );
/** Seconds for which an instance that did not answer is left alone, so that a page waits once. */
const DOWN_FOR   = 15;
const TIMEOUT    = 3;
const MOST_BYTES = 4000000;
/** Seconds between the clocks of sender and receiver, and how long a message is known (standardwebhooks.com). */
const TOLERANCE  = 300;
const MOST_PAGES = 50;
const SCOPES     = array( 'subject', 'topic', 'collection' );
const NAMES      = array( 'list', 'list-bare', 'badge', 'histogram', 'quote', 'wall', 'carousel', 'gallery', 'testimonials', 'faq', 'summary', 'phrases', 'jsonld', 'faq-jsonld' );
const THEMES     = array( '', 'plain', 'card', 'minimal', 'warm', 'dark', 'contrast' );
const WISHES     = array(
	'subject'    => '',
	'topic'      => '',
	'collection' => '',
	'name'       => 'list',
	'locale'     => '',
	'theme'      => '',
	'jsonld'     => 'body',
);

/* Settings. */

/** The address of the instance without a slash at its end; empty while there is none. */
function base(): string {
	return (string) ( get_option( 'plaudit_settings' )['url'] ?? '' );
}

/** The secret that webhooks are signed with; a constant in wp-config.php keeps it out of the database. */
function secret(): string {
	return defined( 'PLAUDIT_SECRET' ) ? (string) \PLAUDIT_SECRET : (string) ( get_option( 'plaudit_settings' )['secret'] ?? '' );
}

/** Scheme, host and port of an address, for comparing; empty for what is no address of the web. */
function origin( string $url ): string {
	$parts = wp_parse_url( $url );
	$ports = array(
		'http'  => 80,
		'https' => 443,
	);
	if ( empty( $parts['host'] ) || ! isset( $ports[ $parts['scheme'] ?? '' ] ) ) {
		return '';
	}
	return strtolower( $parts['scheme'] . '://' . $parts['host'] ) . ':' . ( $parts['port'] ?? $ports[ $parts['scheme'] ] );
}

/** Whether what came from an address may be printed as it is: it is our instance, and nobody on the way could change it. */
function trusts( string $url ): bool {
	$origin  = origin( $url );
	$is_safe = 0 === strpos( $origin, 'https:' ) || in_array( wp_parse_url( $url, PHP_URL_HOST ), array( '127.0.0.1', '[::1]', 'localhost' ), true );
	/** An instance that is reached by http within a network of one's own may be trusted by this filter. */
	return '' !== $origin && origin( base() ) === $origin && (bool) apply_filters( 'plaudit_trusts', $is_safe, $origin );
}

/* Fetching and keeping. */

/**
 * What the instance answers: status, headers and body, and the address it came from. Null when it cannot be reached, is
 * not well, or says more than we read.
 */
function ask( string $path, string $etag = '' ): ?array {
	if ( '' === base() || get_transient( 'plaudit_down' ) ) {
		return null;
	}
	$answer = wp_remote_get(
		base() . $path,
		array(
			'timeout'             => TIMEOUT,
			'redirection'         => 2,
			'limit_response_size' => MOST_BYTES,
			'headers'             => '' === $etag ? array() : array( 'If-None-Match' => $etag ),
		)
	);
	if ( is_wp_error( $answer ) ) {
		set_transient( 'plaudit_down', 1, DOWN_FOR );
		return null;
	}
	$status = (int) wp_remote_retrieve_response_code( $answer );
	$body   = wp_remote_retrieve_body( $answer );
	if ( $status >= 500 || 429 === $status || strlen( $body ) >= MOST_BYTES ) {
		return null;
	}
	return array(
		'status'  => $status,
		'body'    => $body,
		'url'     => (string) $answer['http_response']->get_response_object()->url,
		'etag'    => (string) wp_remote_retrieve_header( $answer, 'etag' ),
		'version' => (int) wp_remote_retrieve_header( $answer, 'plaudit-version' ),
		'type'    => trim( explode( ';', (string) wp_remote_retrieve_header( $answer, 'content-type' ) )[0] ),
	);
}

function copy_key( string $scope, string $id, string $name, string $locale ): string {
	return 'plaudit_' . md5( implode( "\n", array( base(), $scope, $id, $name, $locale ) ) );
}

function mark_key( string $scope = '', string $id = '' ): string {
	return 'plaudit_told_' . md5( implode( "\n", array( base(), $scope, $id ) ) );
}

/**
 * What to print for a snippet: safe HTML, or an empty text where there is nothing to say or nothing we may still show.
 * Null where the instance does not publish in this locale.
 */
function snippet( string $scope, string $id, string $name, string $locale ): ?string {
	$key  = copy_key( $scope, $id, $name, $locale );
	$copy = get_transient( $key );
	$copy = is_array( $copy ) ? $copy : null;
	// Asked, not answered: what was on its way when a message came may be what the message is about.
	$told         = max( (float) get_transient( mark_key() ), (float) get_transient( mark_key( $scope, $id ) ) );
	$is_confirmed = $copy && $copy['asked_at'] > $told;
	if ( $is_confirmed && microtime( true ) < $copy['asked_at'] + FRESH ) {
		return $copy['html'];
	}
	$asked_at = microtime( true );
	$answer   = ask( path_of( $scope, $id, $name, $locale ), $copy['etag'] ?? '' );
	if ( null === $answer ) {
		$longest = in_array( $name, QUOTES_NOBODY, true ) ? OTHERS_FOR : QUOTES_FOR;
		return $is_confirmed && $asked_at < $copy['asked_at'] + $longest ? $copy['html'] : '';
	}
	if ( 304 !== $answer['status'] || ! $copy ) {
		$copy = array(
			'html'    => printable( $answer ),
			'etag'    => 200 === $answer['status'] ? $answer['etag'] : '',
			'version' => $answer['version'],
		);
	}
	// What there is none of is kept too: a page asks once, and a message or five minutes make it ask again.
	set_transient( $key, array( 'asked_at' => $asked_at ) + $copy, OTHERS_FOR );
	return $copy['html'];
}

function path_of( string $scope, string $id, string $name, string $locale ): string {
	$path = "/v1/{$scope}s/" . rawurlencode( $id ) . '/snippets/' . rawurlencode( $name );
	return '' === $locale ? $path : $path . '?locale=' . rawurlencode( $locale );
}

/** An answer as HTML that may be printed: unfiltered from the configured origin alone. Null for 400: no such locale. */
function printable( array $answer ): ?string {
	if ( 200 !== $answer['status'] ) {
		return 400 === $answer['status'] ? null : '';
	}
	$is_trusted = trusts( $answer['url'] );
	if ( 'application/ld+json' === $answer['type'] ) {
		// Plaudit writes no < into JSON-LD: where there is one, the document is not what it should be.
		return $is_trusted && false === strpos( $answer['body'], '<' ) ? '<script type="application/ld+json">' . $answer['body'] . '</script>' : '';
	}
	if ( 'text/html' !== $answer['type'] ) {
		return '';
	}
	return $is_trusted ? $answer['body'] : wp_kses_post( $answer['body'] );
}

/** Has a snippet asked for again, unless its copy is no older than the version that was told. */
function hear( array $told ): void {
	list( $scope, $id, $name, $locale ) = array( $told['scope'], $told['id'], $told['name'] ?? '', $told['locale'] ?? '' );
	$copy = '' === $name ? false : get_transient( copy_key( $scope, $id, $name, $locale ) );
	if ( is_array( $copy ) && isset( $told['version'] ) && (int) $told['version'] <= $copy['version'] ) {
		return;
	}
	set_transient( mark_key( $scope, $id ), microtime( true ), 2 * OTHERS_FOR );
	$posts = get_posts(
		array(
			'post_type'   => 'any',
			'numberposts' => 200,
			'fields'      => 'ids',
			'meta_key'    => '_plaudit_about', // phpcs:ignore WordPress.DB.SlowDBQuery
			'meta_value'  => "$scope/$id", // phpcs:ignore WordPress.DB.SlowDBQuery
		)
	);
	// Page caches hang their own purge on this.
	array_map( 'clean_post_cache', $posts );
	do_action( 'plaudit_changed', $scope, $id, $posts );
}

/** Has everything asked for again. */
function doubt_all(): void {
	set_transient( mark_key(), microtime( true ), 2 * OTHERS_FOR );
	do_action( 'plaudit_changed', '', '', array() );
}

/* Printing. */

/** What a writer wishes for, each value one that may stand in an address; null where it says no thing, or several. */
function wishes( $given ): ?array {
	$wished = shortcode_atts( WISHES, is_array( $given ) ? $given : array(), 'plaudit' );
	$wished = array_map( fn( $each ): string => trim( (string) $each ), $wished );
	$scopes = array_values( array_filter( SCOPES, fn( $each ): bool => '' !== $wished[ $each ] ) );
	if ( 1 !== count( $scopes ) || ! in_array( $wished['name'], names(), true ) || ! in_array( $wished['theme'], THEMES, true ) ) {
		return null;
	}
	$has_locale = 1 === preg_match( '/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/iD', $wished['locale'] );
	return array(
		'scope'     => $scopes[0],
		'id'        => $wished[ $scopes[0] ],
		'name'      => $wished['name'],
		'locale'    => $has_locale ? $wished['locale'] : '',
		'theme'     => $wished['theme'],
		'is_headed' => 'head' === $wished['jsonld'],
	);
}

/** The kinds of snippets that may be asked for; what a plug of the instance makes is added by the filter. */
function names(): array {
	return (array) apply_filters( 'plaudit_names', NAMES );
}

/** The locale of the page where none is asked for, and that of the instance where it is not published in this one. */
function in_a_locale( array $wish, string $name ): string {
	$about = array( $wish['scope'], $wish['id'], $name );
	if ( '' !== $wish['locale'] ) {
		return (string) snippet( ...array_merge( $about, array( $wish['locale'] ) ) );
	}
	$own = strtolower( (string) strtok( determine_locale(), '_' ) );
	return snippet( ...array_merge( $about, array( $own ) ) ) ?? (string) snippet( ...array_merge( $about, array( '' ) ) );
}

/** The shortcode, and what block and embed end in. */
function show( $given ): string {
	$wish = wishes( $given );
	// A reader of feeds keeps what it read: words that are taken back would stay there.
	if ( null === $wish || is_feed() ) {
		return '';
	}
	$html = in_a_locale( $wish, $wish['is_headed'] && 'list' === $wish['name'] ? 'list-bare' : $wish['name'] );
	if ( '' === $html ) {
		return '';
	}
	wp_enqueue_style( 'plaudit' );
	wp_enqueue_script( 'plaudit' );
	return place( '' === $wish['theme'] ? $html : '<div class="' . esc_attr( 'plaudit-theme-' . $wish['theme'] ) . '">' . $html . '</div>' );
}

/** What was put off, by the mark that stands for it; with a pair, one more. */
function places( string $mark = '', string $html = '' ): array {
	static $places = array();
	if ( '' !== $mark ) {
		$places[ $mark ] = $html;
	}
	return $places;
}

/**
 * Something to be printed later: curly quotes, smilies, paragraphs and capital letters are made of texts by WordPress,
 * also of those that a customer wrote. A mark goes through all that in place of the snippet, and nobody can guess it.
 */
function place( string $html ): string {
	if ( ! is_buffered() && ! doing_filter( 'the_content' ) ) {
		return $html;
	}
	$mark = '<div data-plaudit-place="' . bin2hex( random_bytes( 16 ) ) . '"></div>';
	places( $mark, $html );
	return $mark;
}

function fill( string $text ): string {
	return strtr( $text, places() );
}

/** Whether the whole page goes through fill: a block theme filters what the_content gave once more. */
function is_buffered( bool $begins = false ): bool {
	static $is = false;
	$is        = $is || $begins;
	return $is;
}

function begin_page(): void {
	if ( wp_is_block_theme() && ! is_feed() ) {
		is_buffered( true );
		ob_start( fn( string $page ): string => fill( $page ) );
	}
}

function fill_content( $content ): string {
	return is_buffered() ? (string) $content : fill( (string) $content );
}

/** What a text embeds, by shortcode, block or address of a page: wishes as written there. */
function uses( string $content ): array {
	$found = array();
	if ( preg_match_all( '/' . get_shortcode_regex( array( 'plaudit' ) ) . '/', $content, $codes ) ) {
		$found = array_map( fn( $each ) => shortcode_parse_atts( $each ), $codes[3] );
	}
	$blocks = has_blocks( $content ) ? parse_blocks( $content ) : array();
	while ( $block = array_shift( $blocks ) ) { // phpcs:ignore Generic.CodeAnalysis.AssignmentInCondition
		array_push( $blocks, ...$block['innerBlocks'] );
		if ( 'plaudit/snippet' === $block['blockName'] ) {
			$found[] = $block['attrs'];
		}
	}
	if ( '' !== base() && preg_match_all( page_pattern(), $content, $pages, PREG_SET_ORDER ) ) {
		$found = array_merge( $found, array_map( __NAMESPACE__ . '\as_given', $pages ) );
	}
	return array_values( array_filter( array_map( __NAMESPACE__ . '\wishes', $found ) ) );
}

function remember_uses( int $post_id, \WP_Post $post ): void {
	if ( wp_is_post_revision( $post_id ) ) {
		return;
	}
	delete_post_meta( $post_id, '_plaudit_about' );
	foreach ( array_unique( array_map( fn( $each ): string => $each['scope'] . '/' . $each['id'], uses( $post->post_content ) ) ) as $about ) {
		add_post_meta( $post_id, '_plaudit_about', wp_slash( $about ) );
	}
}

/** JSON-LD of what the page embeds with jsonld="head", and the style sheet before the first paint. */
function print_head(): void {
	$documents = array();
	foreach ( is_singular() ? uses( (string) get_post_field( 'post_content', get_queried_object_id() ) ) : array() as $wish ) {
		if ( $wish['is_headed'] && 'subject' === $wish['scope'] ) {
			$documents[] = in_a_locale( $wish, 'jsonld' );
		}
	}
	echo implode( "\n", array_unique( $documents ) ); // phpcs:ignore WordPress.Security.EscapeOutput -- printable() made it.
}

function enqueue_early(): void {
	if ( is_singular() && uses( (string) get_post_field( 'post_content', get_queried_object_id() ) ) ) {
		wp_enqueue_style( 'plaudit' );
	}
}

/* Embeds of public pages by their address. */

/** A public page of the instance, with its folder, its id and its query. */
function page_pattern( string $before = '', string $after = '' ): string {
	return "#$before" . preg_quote( base(), '#' ) . '/(reviews|topics|collections)/([A-Za-z0-9._~%-]+)(?:\?([^\s<>"\#]*))?' . "$after#";
}

/** The address of a page as a wish. */
function as_given( array $page ): array {
	parse_str( html_entity_decode( $page[3] ?? '' ), $query );
	$scope = 'reviews' === $page[1] ? 'subject' : substr( $page[1], 0, -1 );
	$asked = array_filter( array_intersect_key( $query, WISHES ), 'is_string' );
	return array_diff_key( $asked, array_flip( SCOPES ) ) + array(
		$scope => rawurldecode( $page[2] ),
		'name' => 'subject' === $scope ? 'list' : 'list-bare',
	);
}

function register_embeds(): void {
	if ( '' === base() ) {
		return;
	}
	// The handler goes first, on pages: what WordPress fetches by oEmbed it keeps for a day, and would miss a webhook.
	wp_embed_register_handler( 'plaudit', page_pattern( '^', '$' ), fn( array $page ): string => show( as_given( $page ) ), 1 );
	foreach ( array( 'reviews', 'topics', 'collections' ) as $folder ) {
		wp_oembed_add_provider( base() . "/$folder/*", base() . '/oembed' );
	}
}

/** Lets the preview of the editor ask an instance of one's own network: this address alone, and nothing beside it. */
function may_ask( bool $is_allowed, string $host, string $url ): bool {
	return $is_allowed || is_own_oembed( $url );
}

function may_use_port( array $ports, string $host, string $url ): array {
	return is_own_oembed( $url ) ? array_merge( $ports, array( (int) wp_parse_url( $url, PHP_URL_PORT ) ) ) : $ports;
}

function is_own_oembed( string $url ): bool {
	return '' !== base() && 0 === strpos( $url, base() . '/oembed?' );
}

/* The webhook. */

/** Whether a message is signed by our instance just now; without a secret nothing is. https://www.standardwebhooks.com */
function is_signed( \WP_REST_Request $request ) {
	$key     = base64_decode( preg_replace( '/^whsec_/', '', secret() ), true );
	$id      = (string) $request->get_header( 'webhook-id' );
	$at      = (string) $request->get_header( 'webhook-timestamp' );
	$is_ours = false;
	if ( $key && '' !== $id && 1 === preg_match( '/^[0-9]{1,12}$/D', $at ) && abs( time() - (int) $at ) <= TOLERANCE ) {
		$expected = base64_encode( hash_hmac( 'sha256', "$id.$at." . $request->get_body(), $key, true ) );
		foreach ( array_slice( explode( ' ', (string) $request->get_header( 'webhook-signature' ) ), 0, 20 ) as $each ) {
			$is_ours = hash_equals( 'v1,' . $expected, $each ) || $is_ours;
		}
	}
	return $is_ours ? true : new \WP_Error( 'plaudit_forged', 'This is not signed by Plaudit just now.', array( 'status' => 403 ) );
}

function take( \WP_REST_Request $request ): \WP_REST_Response {
	$seen = 'plaudit_seen_' . md5( (string) $request->get_header( 'webhook-id' ) );
	$told = json_decode( $request->get_body(), true );
	$said = is_array( $told['data'] ?? null ) ? $told['data'] : array();
	if ( ! get_transient( $seen ) ) {
		foreach ( SCOPES as $scope ) {
			if ( is_string( $said[ $scope ] ?? null ) && preg_match( '/^(snippet|review)\./', (string) $told['type'] ) ) {
				hear(
					array(
						'scope' => $scope,
						'id'    => $said[ $scope ],
						'name'  => (string) ( $said['snippet'] ?? '' ),
					) + $said
				);
			}
		}
		// Afterwards: who is interrupted before is told again.
		set_transient( $seen, 1, 2 * TOLERANCE );
	}
	return new \WP_REST_Response( null, 204 );
}

/* Catching up. */

/** Reads what changed since the last time. A page at a time, and the place is kept after each. */
function catch_up(): void {
	$place = get_option( 'plaudit_place' );
	$place = is_array( $place ) ? $place : array( 'since' => '' );
	for ( $page = 0; $page < MOST_PAGES; $page++ ) {
		$answer = ask( '/v1/changes?limit=200' . ( '' === $place['since'] ? '' : '&since=' . rawurlencode( $place['since'] ) ) );
		$read   = 200 === ( $answer['status'] ?? 0 ) ? json_decode( $answer['body'], true ) : null;
		if ( 410 === ( $answer['status'] ?? 0 ) && '' !== $place['since'] ) {
			$place = array( 'since' => '' );
			continue;
		}
		if ( ! isset( $read['items'], $read['next'] ) ) {
			return;
		}
		// From the beginning, the list is everything there is: doubting all once is less work than hearing each.
		$is_anew = '' === $place['since'] || ! empty( $place['anew'] );
		if ( ! $is_anew ) {
			array_map( __NAMESPACE__ . '\hear', array_filter( $read['items'], fn( $each ): bool => isset( $each['scope'], $each['id'] ) ) );
		} elseif ( empty( $read['more'] ) ) {
			doubt_all();
		}
		$place = array(
			'since' => (string) $read['next'],
			'anew'  => $is_anew && ! empty( $read['more'] ),
		);
		update_option( 'plaudit_place', $place, false );
		if ( empty( $read['more'] ) ) {
			update_option( 'plaudit_caught_up', time(), false );
			return;
		}
	}
}

function plan(): void {
	if ( ! wp_next_scheduled( 'plaudit_catch_up' ) ) {
		wp_schedule_event( time(), 'plaudit_minute', 'plaudit_catch_up' );
	}
}

function unplan(): void {
	wp_clear_scheduled_hook( 'plaudit_catch_up' );
}

function uninstall(): void {
	array_map( 'delete_option', array( 'plaudit_settings', 'plaudit_place', 'plaudit_caught_up' ) );
	delete_post_meta_by_key( '_plaudit_about' );
}

/* The settings page. */

function clean_settings( $given ): array {
	$kept = (array) get_option( 'plaudit_settings', array() );
	$url  = untrailingslashit( esc_url_raw( trim( (string) ( $given['url'] ?? '' ) ), array( 'https', 'http' ) ) );
	$new  = trim( (string) ( $given['secret'] ?? '' ) );
	if ( '' !== $url && ( '' === origin( $url ) || preg_match( '/[?#@]/', $url ) ) ) {
		add_settings_error( 'plaudit_settings', 'url', __( 'The address must be that of a Plaudit instance, such as https://reviews.example.com.', 'plaudit' ) );
		$url = (string) ( $kept['url'] ?? '' );
	}
	if ( '' !== $new && ! preg_match( '#^whsec_[A-Za-z0-9+/]{32,88}={0,2}$#D', $new ) ) {
		add_settings_error( 'plaudit_settings', 'secret', __( 'The secret begins with whsec_ and is printed by plaudit subscriptions add.', 'plaudit' ) );
		$new = '';
	}
	return array(
		'url'    => $url,
		'secret' => '' === $new ? (string) ( $kept['secret'] ?? '' ) : $new,
	);
}

/** Another instance has other cursors, and nothing of the one before stands for it. */
function move( $before, $after ): void {
	if ( ( $before['url'] ?? '' ) !== ( $after['url'] ?? '' ) ) {
		delete_option( 'plaudit_place' );
		delete_transient( 'plaudit_down' );
	}
}

function settings_page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$at = (int) get_option( 'plaudit_caught_up' );
	?>
	<div class="wrap">
		<h1>Plaudit</h1>
		<form method="post" action="options.php">
			<?php settings_fields( 'plaudit' ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="plaudit-url"><?php esc_html_e( 'Address of the instance', 'plaudit' ); ?></label></th>
					<td>
						<input id="plaudit-url" class="regular-text" type="url" name="plaudit_settings[url]" value="<?php echo esc_attr( base() ); ?>" required>
						<?php if ( '' !== base() && ! trusts( base() ) ) : ?>
							<p class="description"><?php esc_html_e( 'This is not https: snippets are filtered before they are printed, and have no stars and no JSON-LD.', 'plaudit' ); ?></p>
						<?php endif; ?>
					</td>
				</tr>
				<tr>
					<th scope="row"><label for="plaudit-secret"><?php esc_html_e( 'Secret of the webhook', 'plaudit' ); ?></label></th>
					<td>
						<input id="plaudit-secret" class="regular-text" type="password" autocomplete="off" name="plaudit_settings[secret]" <?php disabled( defined( 'PLAUDIT_SECRET' ) ); ?>>
						<p class="description"><?php echo esc_html( '' === secret() ? __( 'There is none: the webhook is closed.', 'plaudit' ) : __( 'There is one. Leave this empty to keep it.', 'plaudit' ) ); ?></p>
					</td>
				</tr>
				<tr>
					<th scope="row"><?php esc_html_e( 'Address of the webhook', 'plaudit' ); ?></th>
					<td><code><?php echo esc_html( rest_url( 'plaudit/v1/webhook' ) ); ?></code></td>
				</tr>
				<tr>
					<th scope="row"><?php esc_html_e( 'Caught up', 'plaudit' ); ?></th>
					<td><?php echo esc_html( $at ? wp_date( 'Y-m-d H:i:s', $at ) : __( 'not yet', 'plaudit' ) ); ?></td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="plaudit_doubt_all">
			<?php wp_nonce_field( 'plaudit_doubt_all' ); ?>
			<?php submit_button( __( 'Ask for everything again', 'plaudit' ), 'secondary' ); ?>
		</form>
	</div>
	<?php
}

function doubt_all_by_hand(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		wp_die( '', '', array( 'response' => 403 ) );
	}
	check_admin_referer( 'plaudit_doubt_all' );
	doubt_all();
	wp_safe_redirect( admin_url( 'options-general.php?page=plaudit' ) );
	exit;
}

/* The block. */

const EDITOR = <<<'JS'
( function ( blocks, element, editor, components, Preview ) {
	const el = element.createElement;
	const texts = { subject: 'Subject', topic: 'Topic', collection: 'Collection', locale: 'Language, such as nl' };
	const choices = ( values ) => values.map( ( value ) => ( { value, label: value || '(none)' } ) );
	blocks.registerBlockType( 'plaudit/snippet', {
		apiVersion: 2,
		title: 'Plaudit reviews',
		icon: 'star-filled',
		category: 'embed',
		supports: { html: false, customClassName: false },
		edit: function ( props ) {
			const field = ( Field, name, label, more ) => el( Field, Object.assign( {
				key: name, label, value: props.attributes[ name ],
				onChange: ( value ) => props.setAttributes( { [ name ]: value } ),
			}, more ) );
			const fields = Object.keys( texts ).map( ( name ) => field( components.TextControl, name, texts[ name ] ) );
			fields.push( field( components.SelectControl, 'name', 'Snippet', { options: choices( plaudit.names ) } ) );
			fields.push( field( components.SelectControl, 'theme', 'Theme', { options: choices( plaudit.themes ) } ) );
			fields.push( field( components.SelectControl, 'jsonld', 'JSON-LD', { options: choices( [ 'body', 'head' ] ) } ) );
			return el( 'div', editor.useBlockProps(),
				el( editor.InspectorControls, null, el( components.PanelBody, { title: 'Snippet' }, fields ) ),
				el( components.Disabled, null, el( Preview, { block: 'plaudit/snippet', attributes: props.attributes } ) )
			);
		},
		save: () => null,
	} );
} )( wp.blocks, wp.element, wp.blockEditor, wp.components, wp.serverSideRender );
JS;

function register_block(): void {
	// The hash in the address of an asset may be any: the instance answers with the file as it is, to be asked for each time.
	wp_register_style( 'plaudit', base() . '/assets/plaudit.latest.css', array(), null ); // phpcs:ignore WordPress.WP.EnqueuedResourceParameters
	wp_register_script( 'plaudit', base() . '/assets/plaudit.latest.js', array(), null, true ); // phpcs:ignore WordPress.WP.EnqueuedResourceParameters
	wp_register_script( 'plaudit-editor', false, array( 'wp-blocks', 'wp-element', 'wp-block-editor', 'wp-components', 'wp-server-side-render' ), '0.1.0', true );
	wp_add_inline_script( 'plaudit-editor', 'const plaudit = ' . wp_json_encode( array( 'names' => names(), 'themes' => THEMES ) ) . ';' . EDITOR );
	$attribute = fn( string $value ): array => array( 'type' => 'string', 'default' => $value );
	register_block_type(
		'plaudit/snippet',
		array(
			'api_version'     => 2,
			'attributes'      => array_map( $attribute, WISHES ),
			'editor_script'   => 'plaudit-editor',
			'style'           => 'plaudit',
			'render_callback' => fn( array $given ): string => show( $given ),
		)
	);
	add_shortcode( 'plaudit', __NAMESPACE__ . '\show' );
}

/* Where all of it is hung up. */

add_action( 'init', __NAMESPACE__ . '\register_block' );
add_action( 'init', __NAMESPACE__ . '\register_embeds' );
add_action( 'init', __NAMESPACE__ . '\plan' );
add_action( 'plaudit_catch_up', __NAMESPACE__ . '\catch_up' );
add_action( 'save_post', __NAMESPACE__ . '\remember_uses', 10, 2 );
add_action( 'template_redirect', __NAMESPACE__ . '\begin_page', 0 );
add_filter( 'the_content', __NAMESPACE__ . '\fill_content', PHP_INT_MAX );
add_action( 'wp_head', __NAMESPACE__ . '\print_head' );
add_action( 'wp_enqueue_scripts', __NAMESPACE__ . '\enqueue_early' );
add_filter( 'http_request_host_is_external', __NAMESPACE__ . '\may_ask', 10, 3 );
add_filter( 'http_allowed_safe_ports', __NAMESPACE__ . '\may_use_port', 10, 3 );
add_filter(
	'cron_schedules',
	fn( array $schedules ): array => $schedules + array(
		'plaudit_minute' => array(
			'interval' => 60,
			'display'  => 'Plaudit',
		),
	)
);
add_action(
	'rest_api_init',
	fn() => register_rest_route(
		'plaudit/v1',
		'/webhook',
		array(
			'methods'             => 'POST',
			'callback'            => __NAMESPACE__ . '\take',
			'permission_callback' => __NAMESPACE__ . '\is_signed',
		)
	)
);
add_action(
	'admin_init',
	fn() => register_setting( 'plaudit', 'plaudit_settings', array( 'sanitize_callback' => __NAMESPACE__ . '\clean_settings' ) )
);
add_action( 'admin_menu', fn() => add_options_page( 'Plaudit', 'Plaudit', 'manage_options', 'plaudit', __NAMESPACE__ . '\settings_page' ) );
add_action( 'admin_post_plaudit_doubt_all', __NAMESPACE__ . '\doubt_all_by_hand' );
add_action( 'update_option_plaudit_settings', __NAMESPACE__ . '\move', 10, 2 );
register_activation_hook( __FILE__, __NAMESPACE__ . '\plan' );
register_deactivation_hook( __FILE__, __NAMESPACE__ . '\unplan' );
register_uninstall_hook( __FILE__, __NAMESPACE__ . '\uninstall' );
