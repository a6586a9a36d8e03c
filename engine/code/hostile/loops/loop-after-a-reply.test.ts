import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('a loop that begins with a reply from outside is stopped', {
  code: `export default async () => { await fetch("http://x/"); for (;;); }`,
  answers: anyAnswer,
  endsAs: 'cpu_limit',
})
