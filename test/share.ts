// How much of the random testing a run does: all of it, or the part that NABLA_TEST_SHARE says (0.2 is a fifth), for the
// runs of the matrix that repeat the same tests elsewhere.
export const share: number = Number(process.env.NABLA_TEST_SHARE ?? 1);

/** The number of random cases that stands for `all` of them. */
export const runs = (all: number): number => Math.ceil(all * share);
