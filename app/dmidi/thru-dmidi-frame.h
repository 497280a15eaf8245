/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-dmidi-preface.h"

/* PROTOCOL.md, "Frames": node address (4), sender's time in microseconds (4, wrapping), length (2), payload;
 * big-endian. Pure functions on octets. */

#define THRU_DMIDI_FRAME_HEADER_SIZE 10
#define THRU_DMIDI_PAYLOAD_MAX 8192
#define THRU_DMIDI_FRAME_MAX (THRU_DMIDI_FRAME_HEADER_SIZE + THRU_DMIDI_PAYLOAD_MAX)

#define THRU_DMIDI_ADDRESS_SESSION 0x00000000u   /* session messages, JSON */
#define THRU_DMIDI_ADDRESS_EVERYONE 0xffffffffu  /* every destination the sender may play */
#define THRU_DMIDI_ADDRESS_FIRST 0x80000001u     /* first address that a receiver hands out */
#define THRU_DMIDI_ADDRESS_LAST 0xfeffffffu

typedef struct
{
  uint32_t       address;
  uint32_t       time_us;  /* the sender's clock, wraps after 71 minutes */
  const uint8_t *payload;  /* borrowed from the octets parsed */
  size_t         length;
} ThruDmidiFrame;

/* Reads one frame from the start of @bytes. An announced length above THRU_DMIDI_PAYLOAD_MAX is an ERROR as soon
 * as the header is there. On OK @used is the frame's size in octets. */
ThruDmidiResult thru_dmidi_frame_parse        (const uint8_t  *bytes,
                                               size_t          length,
                                               ThruDmidiFrame *frame,
                                               size_t         *used);

/* @payload_length: at most THRU_DMIDI_PAYLOAD_MAX. */
void            thru_dmidi_frame_header_write (uint8_t         out[THRU_DMIDI_FRAME_HEADER_SIZE],
                                               uint32_t        address,
                                               uint32_t        time_us,
                                               size_t          payload_length);

/* "80:00:00:01". @text holds 12 octets. */
void            thru_dmidi_address_format     (uint32_t        address,
                                               char            text[12]);

/* The reverse, in either case of letters; 0 when @text is no address. */
uint32_t        thru_dmidi_address_parse      (const char     *text);
