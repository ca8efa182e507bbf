/** The check digit of payment cards (ISO/IEC 7812-1, annex B), over the digits of the text: one number in ten passes by chance. */
export function passesLuhn(text: string): boolean {
  const digits = [...text.replace(/[^0-9]/g, "")].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const weighted = index % 2 === 0 ? digit : digit * 2;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return sum % 10 === 0;
}
