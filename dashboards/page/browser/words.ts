/** The page's own words in both of its languages. */
import type { Localised } from "../../definition";

export type Language = "en" | "ko";

const WORDS = {
  en: {
    stack: "stack",
    tagline: "Data contracts in, a governed platform out",
    refreshed: "Last refreshed",
    refresh: "Refresh",
    refreshing: "Refreshing…",
    snapshot: "Snapshot",
    empty: "No rows yet",
    emptyHint: "This chart fills as soon as its table has data.",
    failed: "This query failed",
    loading: "Loading",
    unreachable: "The server does not answer. Is it still running?",
    shown: (shown: number, all: number) => `largest ${shown} of ${all}`,
    times: (zone: string) => `Times are in ${zone}.`,
    source: "Source",
    rows: (count: string) => `${count} rows`,
    switchTo: "한국어",
    dashboards: "Dashboards",
  },
  ko: {
    stack: "스택",
    tagline: "데이터 계약이 들어가면, 통제된 플랫폼이 나옵니다",
    refreshed: "마지막 갱신",
    refresh: "새로 고침",
    refreshing: "갱신 중…",
    snapshot: "스냅샷",
    empty: "아직 행이 없습니다",
    emptyHint: "테이블에 데이터가 들어오면 바로 표시됩니다.",
    failed: "질의가 실패했습니다",
    loading: "불러오는 중",
    unreachable: "서버가 응답하지 않습니다. 실행 중인지 확인하세요.",
    shown: (shown: number, all: number) => `${all}개 중 상위 ${shown}개`,
    times: (zone: string) => `시각은 ${zone} 기준입니다.`,
    source: "출처",
    rows: (count: string) => `${count}행`,
    switchTo: "English",
    dashboards: "대시보드",
  },
} as const;

export type Words = (typeof WORDS)[Language];

/** Korean names of the states that `status` cells hold; any other value is shown as it is. */
const STATES_KO: Readonly<Record<string, string>> = {
  passed: "통과",
  failed: "실패",
  pseudonymise: "가명 처리",
  drop: "삭제",
  keep: "유지",
};

export function wordsOf(language: Language): Words {
  return WORDS[language];
}

/** The text in the language, or in English where there is no translation. */
export function say(text: Localised, language: Language): string {
  return language === "ko" ? (text.ko ?? text.en) : text.en;
}

export function sayState(state: string, language: Language): string {
  return language === "ko" ? (STATES_KO[state] ?? state) : state;
}
