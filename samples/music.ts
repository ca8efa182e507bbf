/** A made-up record shop: artists, their top tracks, and how the tracks sound. */
import type { Random } from "./random";

export interface Artist {
  readonly artistId: string;
  readonly name: string;
  readonly genre: string;
  readonly popularity: number;
  readonly followers: number;
}

export interface Track {
  readonly trackId: string;
  readonly artistId: string;
  readonly name: string;
  readonly popularity: number;
  /** `YYYY-MM-DD`; `null` when nobody knows. */
  readonly releaseDate: string | null;
}

export interface AudioFeatures {
  readonly trackId: string;
  readonly acousticness: number;
  readonly danceability: number;
  readonly energy: number;
  readonly tempo: number;
}

export interface Music {
  readonly artists: readonly Artist[];
  readonly tracks: readonly Track[];
  readonly features: readonly AudioFeatures[];
}

const FIRST_WORDS = "푸른 느린 하얀 새벽 오래된 낯선 조용한 두번째 먼 따뜻한".split(" ");
const SECOND_WORDS = "나루 등대 기차 우체국 정거장 파도 골목 다락방".split(" ");
const SONG_WORDS = "밤 비 편지 강물 여름 창문 그림자 첫눈 바람 약속 노을 계단".split(" ");
const GENRES = ["ballad", "hip-hop", "indie", "jazz", "rock", "trot", "dance"];

const TRACKS_PER_ARTIST = 10;

/** `artists` artists (at most 80) with ten tracks each. */
export function makeMusic(random: Random, artists: number): Music {
  const names = random.choose(
    FIRST_WORDS.flatMap((first) => SECOND_WORDS.map((second) => `${first} ${second}`)),
    artists,
  );
  const made = names.map((name) => ({
    artistId: `AR${random.text("0123456789abcdef", 12)}`,
    name,
    genre: random.pick(GENRES),
    popularity: random.integer(20, 95),
    followers: Math.round(10 ** (2 + 5 * random.next())),
  }));
  const tracks = made.flatMap((artist) =>
    Array.from({ length: TRACKS_PER_ARTIST }, () => makeTrack(random, artist)),
  );
  return { artists: made, tracks, features: tracks.map(({ trackId }) => makeFeatures(random, trackId)) };
}

function makeTrack(random: Random, artist: Artist): Track {
  const day = new Date(Date.UTC(random.integer(1998, 2025), random.integer(0, 11), random.integer(1, 28)));
  return {
    trackId: `TR${random.text("0123456789abcdef", 12)}`,
    artistId: artist.artistId,
    name: `${random.pick(SONG_WORDS)}의 ${random.pick(SONG_WORDS)}`,
    popularity: Math.round(clamp(random.normal(artist.popularity - 8, 10), 0, 100)),
    releaseDate: random.chance(0.05) ? null : day.toISOString().slice(0, 10),
  };
}

/** Acousticness heaps up near 0, so its median tells more; danceability is symmetric, so its mean does. */
function makeFeatures(random: Random, trackId: string): AudioFeatures {
  return {
    trackId,
    acousticness: round(random.next() ** 4),
    danceability: round(clamp(random.normal(0.6, 0.12), 0, 1)),
    energy: round(clamp(random.normal(0.65, 0.18), 0, 1)),
    tempo: round(clamp(random.normal(118, 24), 40, 220)),
  };
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
