/** Seeded random columns and texts, from what people write to absurd, on whose personal data engines must agree. */
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import { hasResidentChecksum } from "../../components/contract/personal/resident-number";
import { Random } from "../../samples/random";
import { SEED, valuesOf } from "./values";

export const COLUMNS = 3000;
export const TEXTS = 30_000;

const DIGITS = "0123456789";
const AROUND = [
  "",
  "",
  " ",
  "-",
  ".",
  "x",
  "f",
  "_",
  "가",
  "(",
  ")",
  ":",
  "=",
  "%",
  "+",
  "/",
  "<",
  ">",
  "\n",
  "\u00a0",
  "😀",
];

/** Values of random kinds, a few kinds to a column, many repeated. */
export function columns(seed = SEED): string[][] {
  const random = new Random(seed);
  const pools = [
    ...IDENTIFIER_KINDS.map((kind) => valuesOf(kind, seed, 1000)),
    Array.from({ length: 1000 }, () => identifier(random)),
    Array.from({ length: 1000 }, () => text(random)),
    ...[koreanName, address, card, ip].map((make) => Array.from({ length: 200 }, () => make(random))),
    ["", " ", "없음", "-", "정규직", "1", "0"],
  ];
  return Array.from({ length: COLUMNS }, () => {
    const drawn = random.choose(pools, random.integer(1, 2));
    // Half of them of hardly more than one kind, as real columns are.
    const first = random.pick([0.5, 0.95]);
    return Array.from({ length: random.integer(0, 40) }, () =>
      random.pick(random.chance(first) ? drawn[0] : drawn[drawn.length - 1]),
    );
  });
}

/** Text around what may be an identifier. */
export function texts(seed = SEED): string[] {
  const random = new Random(seed + 1);
  return Array.from({ length: TEXTS }, () => text(random));
}

function text(random: Random): string {
  const around = () => random.pick(AROUND) + random.pick(AROUND);
  return around() + identifier(random) + around() + (random.chance(0.2) ? identifier(random) + around() : "");
}

/** Something like an identifier, and as often nearly one. */
function identifier(random: Random): string {
  const digits = (length: number) => random.text(DIGITS, length);
  const separator = random.pick(["-", "-", "", " ", ".", " - "]);
  switch (random.integer(0, 5)) {
    case 0:
      return [
        random.pick(["010", "010", "011", "017", "+82 10", "+82(0)10", "02", "070"]),
        digits(random.integer(3, 5)),
        digits(4),
      ].join(separator);
    case 1:
      return resident(random, separator);
    case 2:
      return [
        random.pick(["4111", "5500", "2720", "6500", "9410", digits(4)]),
        digits(4),
        digits(4),
        digits(4),
      ].join(separator);
    case 3:
      return `${random.text("abcXYZ01._+-", random.integer(1, 70))}${random.pick(["@", "@", "%40"])}${domain(random)}`;
    case 4:
      return random.uuid();
    default:
      return digits(random.integer(8, 17));
  }
}

function resident(random: Random, separator: string): string {
  const two = (most: number) => String(random.integer(0, most)).padStart(2, "0");
  const first = two(99) + two(13) + two(32);
  const rest = random.pick([..."0123456789"]) + random.text(DIGITS, 5);
  const last = [...DIGITS].find((digit) => hasResidentChecksum(first + rest + digit)) ?? "0";
  return first + separator + rest + (random.chance(0.5) ? last : random.text(`${DIGITS}*`, 1));
}

function domain(random: Random): string {
  const label = () =>
    random.pick(["example", "163", "2x", "1", "a-b", "예시", "ac", "png", random.text("abc-09", 5)]);
  const labels = Array.from({ length: random.integer(1, 10) }, label);
  return [...labels, random.pick(["org", "kr", "한국", "c", "21", "xn--3e0b707e"])].join(
    random.chance(0.95) ? "." : "..",
  );
}

function address(random: Random): string {
  const first = random.pick(["서울특별시", "부산", "경기도", "전라북도", "충남", "제주", "한국"]);
  const rest = ["중구", "해운대구", "성남시 분당구", "세종대로 110", "역"];
  return (
    first +
    random.pick([" ", "  ", "\u3000", ""]) +
    random.pick(rest) +
    random.pick(["", " 1", "1", "\u00a0가"])
  );
}

/** One in two passes Luhn at least. */
function card(random: Random): string {
  const known = random.pick(["4111 1111 1111 1111", "5500000000000004", "340000000000009"]);
  return random.chance(0.5) ? known : random.text(DIGITS, random.pick([15, 16]));
}

function ip(random: Random): string {
  const part = () =>
    random.chance(0.95) ? String(random.integer(0, 255)) : random.pick(["256", "01", "db8", "::", "%eth0"]);
  const v4 = [part(), part(), part(), part()].join(".");
  return random.chance(0.5)
    ? v4
    : random.pick(["2001:db8::", "fe80::", "::ffff:", "1:2:3:4:5:6:7:", "::"]) + random.pick([part(), v4]);
}

function koreanName(random: Random): string {
  const given = Array.from({ length: random.pick([0, 1, 2, 2, 2, 2, 3]) }, () =>
    String.fromCodePoint(random.integer(0xac00, 0xd7a3)),
  );
  const name = random.pick(["김", "이", "박", "최", "정", "남궁", "오", "류"]) + given.join("");
  return random.chance(0.1) ? name.normalize("NFD") : name;
}
