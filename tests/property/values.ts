/** Seeded random identifiers, from plausible to absurd, for engines that must agree on any of them. */
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import type { IdentifierKind } from "../../components/contract/model";
import { Random } from "../../samples/random";

export const SEED = 20261121;
export const VALUES_PER_KIND = 5000;

const DIGITS = "0123456789";
const ASCII = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");
/** What is stripped at both ends, and what only looks like it. */
const SPACES = " \t\r\n";
const OTHER_SPACES = ["\u00a0", "\u3000", "\u2003", "\u200b", "\ufeff", "\v", "\f", "\u0085", "\u2028"];
/** Letters whose case, width or digit value is another in some engine or language. */
const TRICKY = [
  "ı",
  "İ",
  "ß",
  "ẞ",
  "Σ",
  "ς",
  "ǅ",
  "K",
  "Å",
  "ﬁ",
  "Ａ",
  "ａ",
  "０",
  "９",
  "٣",
  "५",
  "①",
  "²",
  "℡",
];

/** `count` values of a kind; the same for the same seed. */
export function valuesOf(kind: IdentifierKind, seed: number, count: number): string[] {
  const random = new Random(seed + IDENTIFIER_KINDS.indexOf(kind));
  return Array.from({ length: count }, () =>
    spoilt(random, random.chance(0.6) ? like(kind, random) : any(random)),
  );
}

/** A value as people write them. */
function like(kind: IdentifierKind, random: Random): string {
  const digits = (length: number) => random.text(DIGITS, length);
  const separator = random.pick(["-", " ", ".", "", " - "]);
  switch (kind) {
    case "student-id":
    case "user-id":
      return random.pick(["s", "S", "u", "U", ""]) + digits(random.integer(4, 10));
    case "email":
      return `${random.text("abcXYZ.0+_", random.integer(1, 20))}@${random.pick(["Example.ac.KR", "예시.한국", "example.kr"])}`;
    case "phone":
      return [
        random.pick(["010", "02", "+82 10", "82-2", "0082", "(+82) 010", "82", "8210"]),
        digits(4),
        digits(4),
      ].join(separator);
    case "resident-number":
      return digits(6) + separator + digits(7);
    case "card-number":
      return [digits(4), digits(4), digits(4), digits(4)].join(separator);
    case "ip-address":
      return random.chance(0.5) ? ipv4(random) : ipv6(random);
    case "person-name":
      return hangul(random, random.integer(2, 4));
    case "address":
      return address(random);
    case "birth-date":
      return date(random);
  }
}

function ipv4(random: Random): string {
  const parts = Array.from({ length: random.chance(0.9) ? 4 : 3 }, () => random.integer(0, 280));
  return random.pick(["", "", "::ffff:", "::FFFF:"]) + parts.join(".");
}

function ipv6(random: Random): string {
  const group = () => random.pick(["0", "0000", random.text("0123456789abcdefABCDEF", random.integer(1, 5))]);
  const groups = Array.from({ length: random.integer(1, 9) }, group);
  const colons = random.pick([":", ":", ":", "::"]);
  if (random.chance(0.6)) groups.splice(random.integer(0, groups.length), random.integer(0, 5), "");
  return groups.join(":") + (random.chance(0.2) ? colons : "");
}

function address(random: Random): string {
  const first = [
    "서울특별시",
    "서울",
    "부산광역시",
    "경기도",
    "강원특별자치도",
    "충북",
    "세종특별자치시",
    "세종",
    "제주",
  ];
  const second = [
    "강남구",
    "성남시 분당구",
    "울릉군",
    "동두천시",
    "강남구청",
    "한누리대로 1",
    hangul(random, 3),
  ];
  const start = random.pick(["", "", "", `(${random.text(DIGITS, 5)}) `, `${random.text(DIGITS, 5)} `]);
  return (
    start +
    random.pick(first) +
    random.pick([" ", "  ", "", "\t"]) +
    random.pick(second) +
    random.pick([" 1", ",", "", "가"])
  );
}

function date(random: Random): string {
  const [year, month, day] = [random.integer(1790, 2110), random.integer(0, 14), random.integer(0, 33)];
  const two = (part: number) => (random.chance(0.7) ? String(part).padStart(2, "0") : String(part));
  const separator = random.pick(["-", ".", "/", "", ". "]);
  if (random.chance(0.2)) return `${year}년 ${month}월 ${day}일`;
  return (
    [random.chance(0.9) ? year : year % 100, two(month), two(day)].join(separator) +
    random.pick(["", "", "."])
  );
}

function hangul(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCodePoint(random.integer(0xac00, 0xd7a3))).join("");
}

/** Anything that is text. Half surrogate pairs are left out: UTF-8, and so every other engine, has none. */
function any(random: Random): string {
  const length = random.chance(0.02) ? random.integer(500, 5000) : random.integer(0, 40);
  return Array.from({ length }, () => character(random)).join("");
}

function character(random: Random): string {
  switch (random.integer(0, 9)) {
    case 0:
      return hangul(random, 1);
    case 1:
      return random.pick(TRICKY);
    case 2:
      return random.pick(OTHER_SPACES);
    case 3:
      return random.pick(["😀", "👩‍👩‍👧", "🇰🇷", "𠮷", "𐐀"]);
    case 4:
      return String.fromCodePoint(random.integer(0x01, 0x1f));
    case 5:
      return String.fromCodePoint(random.integer(0xff01, 0xff5e));
    default:
      return random.pick([...ASCII]);
  }
}

/** White space around it, decomposed, in other letters, repeated: what happens to values on their way. */
function spoilt(random: Random, value: string): string {
  const ends = () => random.text(SPACES, random.chance(0.2) ? random.integer(1, 3) : 0);
  const other = random.chance(0.05) ? random.pick(OTHER_SPACES) : "";
  const formed = random.chance(0.1) ? value.normalize(random.pick(["NFD", "NFKC", "NFKD"])) : value;
  const cased = random.chance(0.1) ? random.pick([formed.toUpperCase(), formed.toLowerCase()]) : formed;
  return ends() + other + cased + other + ends();
}
