/**
 * Man pages out of what `--help` prints: one source for both.
 *
 * @module
 */

const LISTS = new Set(["Arguments", "Options", "Commands", "Global Options"]);

/**
 * A page in man(7).
 *
 * @param name such as `listenq-lab-run`
 * @param help what `--help` prints
 * @param page `{version, date, seeAlso}`
 */
export function manPage(name, help, { version, date, seeAlso }) {
  const { usage, description, sections } = parseHelp(help);
  const parts = [
    `.TH ${name.toUpperCase()} 1 "${date}" "listenq ${version}" "listenq"`,
    `.SH NAME\n${roff(name)} \\- ${roff(description)}`,
    `.SH SYNOPSIS\n.B ${roff(usage)}`,
    ...sections.map(
      ({ title, lines }) => `.SH ${title.toUpperCase()}\n${LISTS.has(title) ? list(lines) : literal(lines)}`,
    ),
    `.SH SEE ALSO\n${seeAlso.map((other) => `.BR ${roff(other)} (1)`).join(",\n")}`,
  ];
  return `${parts.join("\n")}\n`;
}

/** The names of the commands in a help text; `help` itself is none. */
export function commandsIn(help) {
  const commands = parseHelp(help).sections.find(({ title }) => title === "Commands");
  const names = entries(commands?.lines ?? []).map(({ term }) => term.split(/[ |]/)[0] ?? "");
  return names.filter((name) => name !== "help");
}

/** The usage line, the description as one line, and what follows by its headings. */
export function parseHelp(help) {
  const [first = "", ...rest] = help.trim().split("\n");
  const start = rest.findIndex((line) => isHeading(line));
  const words = rest.slice(0, start).filter((line) => line.trim() !== "");
  const sections = [];
  for (const line of rest.slice(start)) {
    if (isHeading(line)) sections.push({ title: line.trim().slice(0, -1), lines: [] });
    // Words that stand between two headings are about the command.
    else if (line !== "" && !line.startsWith(" ") && sections.at(-1)?.title !== "Notes")
      sections.push({ title: "Notes", lines: [line] });
    else sections.at(-1)?.lines.push(line);
  }
  return { usage: first.replace(/^Usage: /, ""), description: words.join(" "), sections: joined(sections) };
}

function isHeading(line) {
  return /^[A-Z][A-Za-z ]*:$/.test(line);
}

/** Sections of one name are one. */
function joined(sections) {
  const byTitle = new Map();
  for (const { title, lines } of sections) byTitle.set(title, [...(byTitle.get(title) ?? []), ...lines]);
  return [...byTitle].map(([title, lines]) => ({ title, lines }));
}

/** Two spaces, the term, two spaces or more, the words; words go on in lines that are indented further. */
function entries(lines) {
  const found = [];
  for (const line of lines) {
    const [, term, words = ""] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    if (term !== undefined) found.push({ term, words });
    else if (line.trim() !== "") found.at(-1).words += ` ${line.trim()}`;
  }
  return found;
}

function list(lines) {
  return entries(lines)
    .map(({ term, words }) => `.TP\n.B ${roff(term)}\n${roff(words.trim() || term)}`)
    .join("\n");
}

function literal(lines) {
  const text = lines.join("\n").replace(/^\n+|\n+$/g, "");
  return `.nf\n${text.split("\n").map(roff).join("\n")}\n.fi`;
}

/** A line of text that man(7) takes as it is. */
function roff(text) {
  const plain = text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}
