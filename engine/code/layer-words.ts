export interface LayerWords {
  /** What it keeps code from. */
  active: string
  /** What its absence leaves open, and what would bring it back. */
  missing: string
}

/** Everything that can stand between code steps and the machine, told to somebody who runs one. */
export const layerWords = {
  'isolate per attempt': {
    active: 'Each attempt runs in a JavaScript engine of its own that is thrown away afterwards: nothing is left for the next.',
    missing: 'Code steps can’t run.',
  },
  'process without environment': {
    active: 'Code runs in processes of their own, which know none of the server’s settings, keys or connections.',
    missing: 'Code steps can’t run.',
  },
  'file permissions': {
    active: 'Node lets those processes read their own program and nothing else, and start no other.',
    missing: 'Code steps can’t run.',
  },
  'no network': {
    active: 'Those processes have no network at all: the only way out is the server’s own door, which checks each address.',
    missing:
      'Code that broke out of its engine could use this machine’s network. On Linux, allow user namespaces, or start Holdfast as root.',
  },
  'own process list': {
    active: 'Those processes see no other process of this machine.',
    missing: 'Code that broke out of its engine could see which processes run here. On Linux, start Holdfast as root.',
  },
  'no new privileges': {
    active: 'Those processes can never gain rights, whatever they start.',
    missing: 'Code that broke out of its engine could use programs that run with more rights. Install setpriv (util-linux).',
  },
  'unprivileged user': {
    active: 'Those processes run as a user who owns nothing.',
    missing:
      'Code that broke out of its engine would be the user Holdfast runs as. Give Holdfast a user of its own, or start it as root so that it can switch to nobody.',
  },
  'resource limits': {
    active: 'Those processes can write no file, open few, and leave no memory image behind when they crash.',
    missing: 'Code that broke out of its engine could fill the disk. Install prlimit (util-linux).',
  },
} as const satisfies Record<string, LayerWords>

export type LayerName = keyof typeof layerWords
