/*
 * Constants of exp(x) = 2^k · exp(r), from fdlibm's e_exp.c (Sun Microsystems, 1993). This file is compiled by TypeScript
 * and by AssemblyScript: plain numeric constants only.
 */

/** ln 2 in two parts; the first has so few digits that multiples of it are exact. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;
// Coefficients of r²: r coth(r / 2) = 2 + P1 r² + P2 r⁴ + …
export const P1 = 0.16666666666666602;
export const P2 = -0.0027777777777015593;
export const P3 = 6.613756321437934e-5;
export const P4 = -1.6533902205465252e-6;
export const P5 = 4.1381367970572385e-8;
/** Beyond this exp(x) would not be an ordinary number. */
export const LARGEST_EXPONENT = 700.5;
