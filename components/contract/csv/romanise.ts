/** Hangul in Latin letters by the Revised Romanisation of 2000: transliteration good enough for column names. */

const INITIALS = [
  "g",
  "kk",
  "n",
  "d",
  "tt",
  "r",
  "m",
  "b",
  "pp",
  "s",
  "ss",
  "",
  "j",
  "jj",
  "ch",
  "k",
  "t",
  "p",
  "h",
];
const VOWELS = [..."a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i".split(",")];
/** Value of a final at the end of a syllable, in Unicode's order; the first is none. */
const FINALS = ",k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t".split(",");
/** Value of a final that moves over to a following vowel; `ng` stays. */
const LINKED = ",g,kk,ks,n,nj,n,d,r,lg,lm,lb,ls,lt,lp,r,m,b,ps,s,ss,ng,j,ch,k,t,p,".split(",");

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const SILENT_INITIAL = INITIALS.indexOf("");
const RIEUL_INITIAL = INITIALS.indexOf("r");
const RIEUL_FINAL = 8;

interface Syllable {
  readonly initial: number;
  readonly vowel: number;
  readonly final: number;
}

/**
 * Replaces each Hangul syllable and leaves the rest. Linking and ㄹㄹ are applied, the other sound changes between
 * syllables are not: a name must be recognisable and stable rather than spoken.
 */
export function romanise(text: string): string {
  const characters = [...text.normalize("NFC")];
  const syllables = characters.map(syllable);
  return characters
    .map((character, index) => {
      const current = syllables[index];
      return current === undefined ? character : latin(current, syllables[index - 1], syllables[index + 1]);
    })
    .join("");
}

function syllable(character: string): Syllable | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return undefined;
  const offset = code - FIRST_SYLLABLE;
  return { initial: Math.floor(offset / 588), vowel: Math.floor((offset % 588) / 28), final: offset % 28 };
}

function latin({ initial, vowel, final }: Syllable, before?: Syllable, after?: Syllable): string {
  const doubled = initial === RIEUL_INITIAL && before?.final === RIEUL_FINAL;
  const finals = after?.initial === SILENT_INITIAL ? LINKED : FINALS;
  return (doubled ? "l" : INITIALS[initial]) + VOWELS[vowel] + finals[final];
}
