// What the code step of an automation (Zapier, Make, n8n) does with a webhook of Plaudit: believe it or not, and let
// through what the flow is about. Copy both functions into the step, or run them in a small function of your own.

import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE = 300;

/**
 * Whether Plaudit sent this: https://www.standardwebhooks.com. `body` is the raw text as it came, `headers` have lower-case
 * names, `secrets` are those of the subscription (`whsec_...`), `now` is in seconds. Without a secret nothing is believed.
 */
export function isFromPlaudit(secrets, headers, body, now) {
  const { "webhook-id": id = "", "webhook-timestamp": at = "", "webhook-signature": said = "" } = headers;
  if (!id || !/^\d{1,12}$/.test(at) || Math.abs(now - Number(at)) > TOLERANCE) return false;
  const given = said.split(" ").filter((each) => each.startsWith("v1,")).map((each) => Buffer.from(each.slice(3)));
  return secrets.some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const wanted = Buffer.from(createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64"));
    return key.length > 0 && given.some((each) => each.length === wanted.length && timingSafeEqual(each, wanted));
  });
}

/**
 * What the next step gets, or null for what the flow is not about. `types` are kinds of events, `subjects` ids; none: all.
 * `key` is the same for the same message sent again: let the flow go on once for each.
 */
export function wanted(headers, body, { types, subjects = [] }) {
  const { type, data } = JSON.parse(body);
  if (!types.includes(type)) return null;
  if (subjects.length > 0 && !subjects.includes(data.subject)) return null;
  return { key: headers["webhook-id"], type, subject: data.subject ?? null, review: data.review ?? null };
}
