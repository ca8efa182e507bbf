/** Generalising: a coarser value that many people share. Spark follows the same rules (`naru_spark/treatments.py`). */
import type { GeneralisedKind } from "../../components/contract/treatment";
import { strip } from "../pseudonym/normalise";

const MONTH = "(?:0?[1-9]|1[0-2])";
const DAY = "(?:0?[1-9]|[12][0-9]|3[01])";

/** 2001-02-03, 2001. 2. 3., 2001/2/3, 20010203, 2001년 2월 3일. Two-digit years are ambiguous and not read. */
const BIRTH_DATE = new RegExp(
  `^((?:18|19|20)[0-9]{2})(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|[-./] ?${MONTH}[-./] ?${DAY}\\.?|년 ?${MONTH}월 ?${DAY}일)$`,
);

/** The first-level divisions of Korea as addresses spell them, long and short, before and after their renaming. */
const PROVINCE =
  "(?:서울(?:특별시|시)?|(?:부산|대구|인천|광주|대전|울산)(?:광역시|시)?|경기도?|강원(?:특별자치도|도)?|" +
  "(?:충청|전라|경상)[남북]도|[충전경][남북]|전북특별자치도|제주(?:특별자치도|도)?)";

/** Two parts, or Sejong alone, which has no districts; a postcode may stand before. */
const ADDRESS = new RegExp(
  `^(?:\\(?[0-9]{5}\\)? +)?(${PROVINCE} +[가-힣]{1,3}[시군구]|세종(?:특별자치시|시)?)(?:[ ,]|$)`,
);

/** Without leading zeros, which some programs read as octal. */
const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IPV4 = new RegExp(`^(${OCTET}\\.${OCTET}\\.${OCTET})\\.${OCTET}$`);
const IPV4_MAPPED = /^::ffff:([0-9]+\.)/;
const IPV6_FULL = /^[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}$/;
const IPV6_SHORT = /^(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?$/;

const RULES: Readonly<Record<GeneralisedKind, (text: string) => string | undefined>> = {
  "birth-date": (text) => BIRTH_DATE.exec(text)?.[1],
  address: (text) => ADDRESS.exec(text)?.[1].replace(/ +/g, " "),
  "ip-address": (text) => network(text.replace(/[A-F]+/g, (letters) => letters.toLowerCase())),
};

/**
 * The year of a birth date (`2001`), the first two administrative parts of an address (`서울특별시 강남구`, spelt as it
 * came), the network of an IP address (/24 or /48). White space at the ends is stripped first.
 *
 * @returns undefined when the value can't be read as its kind, an empty one among them.
 */
export function generalise(kind: GeneralisedKind, value: string): string | undefined {
  return RULES[kind](strip(value));
}

/** In the spelling of RFC 5952. An IPv4 address in IPv6 clothes is an IPv4 address. */
function network(address: string): string | undefined {
  const text = address.replace(IPV4_MAPPED, "$1");
  const ipv4 = IPV4.exec(text);
  if (ipv4 !== null) return `${ipv4[1]}.0/24`;
  const groups = ipv6Groups(text);
  if (groups === undefined) return undefined;
  const prefix = groups.slice(0, 3).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${prefix.join(":").replace(/(?:(?:^|:)0)+$/, "")}::/48`;
}

function ipv6Groups(text: string): string[] | undefined {
  if (IPV6_FULL.test(text)) return text.split(":");
  if (!IPV6_SHORT.test(text)) return undefined;
  const [head, tail] = text.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const zeros = 8 - head.length - tail.length;
  return zeros < 1 ? undefined : [...head, ...Array<string>(zeros).fill("0"), ...tail];
}
