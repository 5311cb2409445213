// Reads feeds back with the readers of npm. Arguments: files, named by their format (.rss, .atom, .json).
// Prints one JSON object: reader -> file -> its entries as {id, title, link, published, content}.
// Fed to node by its standard input, so that imports are looked for in the folder it runs in.

import { readFileSync } from "node:fs";
import { parseFeed } from "feedsmith";
import Parser from "rss-parser";

// Where feedsmith, which keeps to the names of each format, has what an entry says.
const byFeedsmith = {
  rss: ({ feed }) =>
    feed.items?.map((item) => ({
      id: item.guid?.value,
      title: item.title,
      link: item.link,
      published: item.pubDate,
      content: item.content?.encoded ?? item.description, // where there is no summary, that is the text
    })),
  atom: ({ feed }) =>
    feed.entries?.map((entry) => ({
      id: entry.id,
      title: entry.title?.value,
      link: entry.links?.find((link) => link.rel === "alternate")?.href,
      published: entry.published,
      content: entry.content?.value,
    })),
  json: ({ feed }) =>
    feed.items?.map((item) => ({
      id: item.id,
      title: item.title,
      link: item.url,
      published: item.date_published,
      content: item.content_html,
    })),
};

// rss-parser has one shape for both formats of XML, and does not read JSON Feed.
const byRssParser = (feed) =>
  feed.items.map((item) => ({
    id: item.guid ?? item.id,
    title: item.title,
    link: item.link,
    published: item.isoDate,
    content: item["content:encoded"] ?? item.content,
  }));

const found = { feedsmith: {}, "rss-parser": {} };
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const document = parseFeed(text);
  if (!file.endsWith(`.${document.format}`)) throw new Error(`${file}: taken for ${document.format}`);
  found.feedsmith[file] = byFeedsmith[document.format](document) ?? [];
  if (document.format !== "json") found["rss-parser"][file] = byRssParser(await new Parser().parseString(text));
}
process.stdout.write(JSON.stringify(found));
