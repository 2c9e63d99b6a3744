// One page for each subject of a Plaudit instance. PLAUDIT_URL is where it is.

import { snippets, subjects } from "./plaudit.js";

const URL = (process.env.PLAUDIT_URL ?? "http://127.0.0.1:8300").replace(/\/$/, "");
const LOCALE = "en";
const NAMES = ["badge", "list"];

export default function (eleventyConfig) {
  eleventyConfig.addGlobalData("plaudit", URL);
  eleventyConfig.addGlobalData("subjects", async () => {
    const found = await subjects(URL);
    const keys = found.flatMap(({ id }) => NAMES.map((name) => ({ scope: "subject", id, name, locale: LOCALE })));
    const bodies = await snippets(URL, keys, ".cache/plaudit.json");
    return found.map((subject, at) => ({
      ...subject,
      reviews: Object.fromEntries(NAMES.map((name, place) => [name, bodies[at * NAMES.length + place]])),
    }));
  });
  return { dir: { input: "pages", includes: "../includes" } };
}
