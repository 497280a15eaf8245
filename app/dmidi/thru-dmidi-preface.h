/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* PROTOCOL.md, "Preface" and "Three kinds of speaker". Pure functions on octets. */

#define THRU_DMIDI_PORT 1199
#define THRU_DMIDI_PREFACE_SIZE 8
#define THRU_DMIDI_VERSION_MAJOR 1
#define THRU_DMIDI_VERSION_MINOR 0

typedef enum
{
  THRU_DMIDI_NEED_MORE,
  THRU_DMIDI_OK,
  THRU_DMIDI_ERROR,
} ThruDmidiResult;

/* What a connection speaks, told from the first octet received. */
typedef enum
{
  THRU_DMIDI_SPEAKER_UNKNOWN, /* none of ours: close */
  THRU_DMIDI_SPEAKER_FRAMED,  /* 'D': preface and frames */
  THRU_DMIDI_SPEAKER_TLS,     /* 0x16: ClientHello */
  THRU_DMIDI_SPEAKER_PLAIN,   /* 0x80 and above: plain MIDI octets */
} ThruDmidiSpeaker;

typedef struct
{
  uint8_t major;
  uint8_t minor;
} ThruDmidiPreface;

ThruDmidiSpeaker thru_dmidi_speaker       (uint8_t           first_octet);

void             thru_dmidi_preface_write (uint8_t           out[THRU_DMIDI_PREFACE_SIZE]);

/* Reads a preface from the start of @bytes. ERROR as soon as an octet differs from a preface's; a different
 * major version is OK here (the caller refuses it by name). Consumes THRU_DMIDI_PREFACE_SIZE octets on OK. */
ThruDmidiResult  thru_dmidi_preface_parse (const uint8_t    *bytes,
                                           size_t            length,
                                           ThruDmidiPreface *preface);
