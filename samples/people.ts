/**
 * People who do not exist. Each personal value is also a canary: unlike anything that programs write by chance, and no
 * two people share one, so that finding it outside the closed zone proves a leak.
 */
import { DEPARTMENTS } from "./courses";
import type { Random } from "./random";

export interface Person {
  readonly studentId: string;
  readonly name: string;
  readonly residentNumber: string;
  /** As the person writes it: with dashes, with the country code, or digits only. */
  readonly phone: string;
  readonly email: string;
  readonly department: string;
  readonly grade: number;
  readonly admissionYear: number;
  readonly userId: string;
  /** IPv6 of the documentation range (RFC 3849). */
  readonly ip: string;
}

const SURNAMES = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍 남궁 선우 황보".split(" ");

const SYLLABLES = (
  "서 seo,준 jun,민 min,지 ji,현 hyeon,우 u,하 ha,은 eun,윤 yun,도 do,예 ye,진 jin,수 su,연 yeon,아 a,재 jae," +
  "승 seung,태 tae,유 yu,나 na,영 yeong,호 ho,원 won,경 gyeong,소 so,희 hui,건 geon,찬 chan,시 si,다 da"
)
  .split(",")
  .map((pair) => pair.split(" ") as [hangul: string, roman: string]);

/** No name and hardly a word has these; one of them ends each name. Most are in CP949 and not in KS X 1001. */
const RARE_SYLLABLES = [..."뷁쀍똛햏뙇쀼쫒뾸꿻쨺퓟뛣쮎궯뜛"];

const MAIL_DOMAINS = ["hangang.example", "naru-univ.example", "mail.bada.example"];

/** Without letters that are taken for digits, as in printed ids. */
const ID_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Makes people one after the other; remembers what it gave, so that nothing is given twice. */
export class People {
  private readonly given = new Set<string>();

  /** @param year the academic year they study in. */
  constructor(
    private readonly random: Random,
    private readonly year: number,
  ) {}

  next(): Person {
    const { random } = this;
    const grade = random.integer(1, 4);
    const admissionYear = this.year - grade + 1 - (random.chance(0.3) ? 2 : 0);
    const first = random.pick(SYLLABLES);
    const second = random.pick(SYLLABLES);
    return {
      studentId: this.once(() => `S${admissionYear}${random.text("0123456789", 5)}`),
      name: this.once(() => random.pick(SURNAMES) + first[0] + second[0] + random.pick(RARE_SYLLABLES)),
      residentNumber: this.once(() => this.residentNumber(admissionYear - 19)),
      phone: this.phone(),
      email: this.once(
        () =>
          `${first[1]}${second[1]}.${random.text(ID_LETTERS, 7).toLowerCase()}@${random.pick(MAIL_DOMAINS)}`,
      ),
      department: random.pick(DEPARTMENTS),
      grade,
      admissionYear,
      userId: this.once(() => `U${random.text(ID_LETTERS, 9)}`),
      ip: this.once(
        () => `2001:db8:${Array.from({ length: 6 }, () => random.text("123456789abcdef", 4)).join(":")}`,
      ),
    };
  }

  private once(make: () => string): string {
    let value = make();
    while (this.given.has(value)) value = make();
    this.given.add(value);
    return value;
  }

  /**
   * `YYMMDD-GNNNNNN` with a date that exists; G is the century and gender: 1 and 2 for 19xx, 3 and 4 for 20xx. The rest is
   * random, as in the numbers issued since October 2020, which carry no check digit.
   */
  private residentNumber(birthYear: number): string {
    const { random } = this;
    const born = new Date(Date.UTC(birthYear, 0, random.integer(1, 365)));
    const date = born.toISOString().slice(2, 10).replaceAll("-", "");
    const gender = random.integer(1, 2) + (birthYear < 2000 ? 0 : 2);
    return `${date}-${gender}${random.text("0123456789", 6)}`;
  }

  private phone(): string {
    const digits = this.once(() => `${this.random.integer(2, 9)}${this.random.text("0123456789", 7)}`);
    const [middle, last] = [digits.slice(0, 4), digits.slice(4)];
    const spelling = this.random.next();
    if (spelling < 0.85) return `010-${middle}-${last}`;
    return spelling < 0.95 ? `+82 10-${middle}-${last}` : `010${digits}`;
  }
}
