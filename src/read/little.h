/* SPDX-License-Identifier: GPL-3.0-or-later */
/* little: numbers of a file, little-endian, at any place. The bytes must be there. */
#ifndef READ_LITTLE_H
#define READ_LITTLE_H

#include <stdint.h>

/* Two bytes. */
static inline uint16_t little_u16(const char *at)
{
    return (uint16_t)((unsigned char)at[0] | (unsigned char)at[1] << 8);
}

/* Four bytes. */
static inline uint32_t little_u32(const char *at)
{
    return little_u16(at) | (uint32_t)little_u16(at + 2) << 16;
}

/* Eight bytes. */
static inline uint64_t little_u64(const char *at)
{
    return little_u32(at) | (uint64_t)little_u32(at + 4) << 32;
}

#endif
