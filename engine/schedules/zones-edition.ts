/** Which edition of the world's time zones this process goes by, such as `2026c`. */
export const zonesEdition = process.versions['tz'] ?? ''
