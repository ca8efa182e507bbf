/** Courses of a made-up university, and who takes them. */
import type { Random } from "./random";
import type { Person } from "./people";

export interface Course {
  readonly courseId: string;
  readonly title: string;
  readonly department: string;
  readonly credits: number;
  readonly term: string;
}

export interface Enrolment {
  readonly studentId: string;
  readonly courseId: string;
  readonly term: string;
  /** 0 to 4.5; `null` while the term runs. */
  readonly gradePoint: number | null;
}

/** Department and its courses; the code of a course is the department's letters and a number. */
const CURRICULUM: Readonly<Record<string, { readonly code: string; readonly titles: readonly string[] }>> = {
  컴퓨터공학과: {
    code: "CSE",
    titles: ["자료구조", "운영체제", "데이터베이스, 설계와 구현", "알고리즘", "컴퓨터 네트워크"],
  },
  통계학과: { code: "STA", titles: ["수리통계학", "회귀분석", "베이즈 통계", 'R을 쓰는 "데이터 분석"'] },
  경영학과: { code: "BIZ", titles: ["회계원리", "마케팅", "재무관리", "경영정보시스템"] },
  국어국문학과: { code: "KOR", titles: ["현대시의 이해", "국어사", "글쓰기의 기초"] },
  전자공학과: { code: "EEE", titles: ["회로이론", "신호와 시스템", "반도체 공학", "디지털 논리"] },
  실용음악과: { code: "MUS", titles: ["화성학", "음향의 이해", "시창과 청음", "대중음악사"] },
};

export const DEPARTMENTS = Object.keys(CURRICULUM);

/** The term that runs on the sample's days, and the one before it, which has grades. */
export interface Terms {
  readonly current: string;
  readonly previous: string;
}

/** Every course of the running term. */
export function makeCourses(random: Random, terms: Terms): Course[] {
  return Object.entries(CURRICULUM).flatMap(([department, { code, titles }]) =>
    titles.map((title, place) => ({
      courseId: `${code}${101 + 100 * (place % 4) + place}`,
      title,
      department,
      credits: random.integer(2, 3),
      term: terms.current,
    })),
  );
}

/** Three to five courses a student and term; first-years have no term before. */
export function makeEnrolments(
  random: Random,
  students: readonly Person[],
  courses: readonly Course[],
  terms: Terms,
): Enrolment[] {
  return students.flatMap(({ studentId, grade }) => {
    const take = (term: string, graded: boolean) =>
      random.choose(courses, random.integer(3, 5)).map(({ courseId }) => ({
        studentId,
        courseId,
        term,
        gradePoint: graded ? gradePoint(random) : null,
      }));
    return [...take(terms.current, false), ...(grade > 1 ? take(terms.previous, true) : [])];
  });
}

/** Half steps from F (0) to A+ (4.5), most around B+. */
function gradePoint(random: Random): number {
  return Math.min(4.5, Math.max(0, Math.round(random.normal(3.4, 0.8) * 2) / 2));
}
