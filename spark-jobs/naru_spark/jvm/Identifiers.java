package naru;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;

/**
 * Spelling and pseudonyms of identifiers as functions of Spark, over text in UTF-8 (binary columns).
 *
 * The session compiles this file (pseudonym_functions.py) by Janino, Spark's own compiler of generated code. Janino reads Java
 * without inferring type arguments: so no lambdas, no diamonds, and the interfaces of Spark without arguments.
 */
public final class Identifiers {
  private Identifiers() {}

  /** What is done to the text of a kind, beside stripping it. All rules are about ASCII, so bytes will do. */
  static final int AS_IS = 0;
  static final int LOWER = 1;
  static final int UPPER = 2;
  static final int DIGITS = 3;
  static final int PHONE = 4;

  static int ruleOf(String name) {
    if (name.equals("as-is")) return AS_IS;
    if (name.equals("lower")) return LOWER;
    if (name.equals("upper")) return UPPER;
    if (name.equals("digits")) return DIGITS;
    if (name.equals("phone")) return PHONE;
    throw new IllegalArgumentException("unknown rule of spelling: " + name);
  }

  /** The one spelling of an identifier that is hashed, in an array of its own. */
  static byte[] spell(int rule, byte[] text) {
    int start = 0;
    int end = text.length;
    while (start < end && isSpace(text[start])) start++;
    while (start < end && isSpace(text[end - 1])) end--;
    byte[] spelled = Arrays.copyOfRange(text, start, end);
    if (rule == LOWER) shift(spelled, 'A', 'Z', 'a' - 'A');
    else if (rule == UPPER) shift(spelled, 'a', 'z', 'A' - 'a');
    else if (rule == DIGITS) return digits(spelled);
    else if (rule == PHONE) return domestic(digits(spelled));
    return spelled;
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
  }

  private static void shift(byte[] text, int first, int last, int by) {
    for (int i = 0; i < text.length; i++) {
      if (text[i] >= first && text[i] <= last) text[i] += by;
    }
  }

  private static byte[] digits(byte[] text) {
    int length = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] >= '0' && text[i] <= '9') text[length++] = text[i];
    }
    return Arrays.copyOf(text, length);
  }

  /** Korea's country code stands for the leading zero: `+82 10-…` and `010-…` are one number. */
  private static byte[] domestic(byte[] digits) {
    if (digits.length < 3 || digits[0] != '8' || digits[1] != '2' || digits[2] == '0') return digits;
    byte[] number = Arrays.copyOfRange(digits, 1, digits.length);
    number[0] = '0';
    return number;
  }

  /** Function of one binary column: its spelling. Null stays null. */
  public static final class Spelling implements UDF1 {
    private static final long serialVersionUID = 1L;
    private final int rule;

    public Spelling(String rule) {
      this.rule = ruleOf(rule);
    }

    public Object call(Object text) {
      return text == null ? null : spell(rule, (byte[]) text);
    }
  }

  /**
   * Function of two binary columns, text and epoch key: the pseudonym, 22 characters of base64url as bytes. Null
   * stays null. A task has its own copy, and what the copy remembers ends with the task.
   */
  public static final class Pseudonym implements UDF2 {
    private static final long serialVersionUID = 1L;
    private final int rule;
    private transient Keyed[] known;

    public Pseudonym(String rule) {
      this.rule = ruleOf(rule);
    }

    /** One at a time: a task is one thread, but Spark's optimizer may call the session's copy from several. */
    public synchronized Object call(Object text, Object key)
        throws NoSuchAlgorithmException, DigestException {
      return text == null ? null : of((byte[]) key).pseudonym((byte[]) text);
    }

    private Keyed of(byte[] key) throws NoSuchAlgorithmException {
      int count = known == null ? 0 : known.length;
      for (int i = 0; i < count; i++) {
        if (Arrays.equals(known[i].key, key)) return known[i];
      }
      Keyed added = new Keyed(rule, (byte[]) key.clone());
      known = known == null ? new Keyed[1] : (Keyed[]) Arrays.copyOf(known, count + 1);
      known[count] = added;
      return added;
    }
  }

  /** HMAC-SHA-256 (RFC 2104) under one key, and the pseudonyms of the values met last. */
  private static final class Keyed {
    /** SHA-256 works on blocks of 64 bytes (FIPS 180-4); the pads are one block each. */
    private static final int BLOCK = 64;
    private static final int DIGEST = 32;
    private static final int PSEUDONYM = 16;
    private static final int CHARACTERS = 22;
    /** A slot is one line of the processor's cache: length, value, pseudonym. */
    private static final int SLOT = 64;
    private static final int LONGEST = SLOT - CHARACTERS - 1;
    /** Slots that a value may stand in, so that two people who collide don't push each other out. */
    private static final int SET = 4 * SLOT;
    private static final int FEWEST = 1 << 12;
    private static final int MOST = 1 << 16;

    final byte[] key;
    private final int rule;
    /** Digests that have taken their pad. A copy of one costs less than the pad's block does. */
    private final MessageDigest inner;
    private final MessageDigest outer;
    private final byte[] digest = new byte[DIGEST];
    private final Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    private byte[] slots = new byte[FEWEST * SLOT];
    private int misses = 0;

    Keyed(int rule, byte[] key) throws NoSuchAlgorithmException {
      this.rule = rule;
      this.key = key;
      byte[] block = Arrays.copyOf(key.length > BLOCK ? sha256().digest(key) : key, BLOCK);
      this.inner = padded(block, 0x36);
      this.outer = padded(block, 0x5c);
    }

    private static MessageDigest sha256() throws NoSuchAlgorithmException {
      return MessageDigest.getInstance("SHA-256");
    }

    private static MessageDigest padded(byte[] block, int pad) throws NoSuchAlgorithmException {
      MessageDigest digest = sha256();
      for (int i = 0; i < BLOCK; i++) digest.update((byte) (block[i] ^ pad));
      return digest;
    }

    /** Looked up as it was written: a repeated value is not even spelled. */
    byte[] pseudonym(byte[] text) throws DigestException {
      if (text.length > LONGEST) return hashed(text);
      int set = placeOf(text) & (slots.length - 1) & -SET;
      for (int slot = set; slot < set + SET; slot += SLOT) {
        if (holds(slot, text)) return Arrays.copyOfRange(slots, slot + SLOT - CHARACTERS, slot + SLOT);
      }
      byte[] made = hashed(text);
      if (++misses * SLOT > slots.length && slots.length < MOST * SLOT) grow();
      else keep(set, text, made);
      return made;
    }

    private static int placeOf(byte[] text) {
      return Murmur3_x86_32.hashUnsafeBytes(text, Platform.BYTE_ARRAY_OFFSET, text.length, 42);
    }

    /** An empty slot has length 0, so the length stored is one more. */
    private boolean holds(int slot, byte[] text) {
      int value = slot + 1;
      return slots[slot] == text.length + 1
          && Arrays.equals(slots, value, value + text.length, text, 0, text.length);
    }

    /** First in its set, whose last one is given up. */
    private void keep(int set, byte[] text, byte[] made) {
      System.arraycopy(slots, set, slots, set + SLOT, SET - SLOT);
      slots[set] = (byte) (text.length + 1);
      System.arraycopy(text, 0, slots, set + 1, text.length);
      System.arraycopy(made, 0, slots, set + SLOT - CHARACTERS, CHARACTERS);
    }

    /** Small tasks take little memory. What was known is met again, or is not worth moving. */
    private void grow() {
      slots = new byte[slots.length * 4];
      misses = 0;
    }

    private byte[] hashed(byte[] text) throws DigestException {
      finish(inner, spell(rule, text));
      finish(outer, digest);
      return base64.encode(Arrays.copyOf(digest, PSEUDONYM));
    }

    private void finish(MessageDigest padded, byte[] message) throws DigestException {
      try {
        MessageDigest copy = (MessageDigest) padded.clone();
        copy.update(message);
        copy.digest(digest, 0, DIGEST);
      } catch (CloneNotSupportedException error) {
        throw new IllegalStateException("this Java's SHA-256 can't be copied", error);
      }
    }
  }
}
