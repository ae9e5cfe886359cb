/** How many steps each run of the benchmark has, governed or bare. */
export const STEPS = 10;
