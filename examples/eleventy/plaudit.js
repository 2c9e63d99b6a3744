// Pulls subjects and snippets of a Plaudit instance into a build, and keeps them with their ETags for the next one.
// Needs Node 20 or later and no package. Where Plaudit does not answer, it throws: a build that fails leaves the site as it is.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

const MOST_AT_ONCE = 100;
const TIMEOUT = 30_000;

/** Every subject of the instance, as `GET /v1/subjects` describes it. */
export async function subjects(url) {
  const found = [];
  for (let after = ""; after !== null; ) {
    const page = await ask(`${url}/v1/subjects?${new URLSearchParams({ limit: 200, ...(after && { after }) })}`);
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

/**
 * The bodies of snippets, in the order of `keys`; an empty text where there is nothing to say.
 * A key is `{scope, id, name, locale}`. Only what moved since the last build is sent; `file` remembers the rest.
 */
export async function snippets(url, keys, file) {
  const before = await remembered(file);
  const now = {};
  for (let start = 0; start < keys.length; start += MOST_AT_ONCE) {
    const asked = keys.slice(start, start + MOST_AT_ONCE);
    const items = asked.map((key) => ({ ...key, etag: before[nameOf(key)]?.etag ?? "" }));
    const answers = (await ask(`${url}/v1/snippets/batch`, { items })).items;
    asked.forEach((key, place) => {
      const said = answers[place];
      if (said.status === 200) now[nameOf(key)] = { etag: said.etag, body: said.body };
      if (said.status === 304) now[nameOf(key)] = before[nameOf(key)];
    });
  }
  await mkdir(dirname(file), { recursive: true });
  // Only what was asked for is written: what somebody took back is in no file that stays.
  await writeFile(file, JSON.stringify(now));
  return keys.map((key) => now[nameOf(key)]?.body ?? "");
}

function nameOf({ scope, id, name, locale }) {
  return JSON.stringify([scope, id, name, locale]);
}

async function remembered(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT" || error instanceof SyntaxError) return {};
    throw error;
  }
}

async function ask(address, question) {
  const sent = question && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question),
  };
  const answer = await fetch(address, { ...sent, signal: AbortSignal.timeout(TIMEOUT) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}
