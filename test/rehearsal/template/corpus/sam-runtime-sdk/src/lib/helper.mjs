export const helper = (x) => typeof x;
