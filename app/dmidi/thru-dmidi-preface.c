/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-dmidi-preface.h"

#include <string.h>

#define TLS_HANDSHAKE 0x16

/* What every version's preface begins with; the two version octets follow. */
static const uint8_t magic[] = { 'D', 'M', 'I', 'D', 'I', 0 };

ThruDmidiSpeaker
thru_dmidi_speaker (uint8_t first_octet)
{
  if (first_octet >= 0x80)
    return THRU_DMIDI_SPEAKER_PLAIN;
  if (first_octet == magic[0])
    return THRU_DMIDI_SPEAKER_FRAMED;
  if (first_octet == TLS_HANDSHAKE)
    return THRU_DMIDI_SPEAKER_TLS;
  return THRU_DMIDI_SPEAKER_UNKNOWN;
}

void
thru_dmidi_preface_write (uint8_t out[THRU_DMIDI_PREFACE_SIZE])
{
  memcpy (out, magic, sizeof magic);
  out[sizeof magic] = THRU_DMIDI_VERSION_MAJOR;
  out[sizeof magic + 1] = THRU_DMIDI_VERSION_MINOR;
}

ThruDmidiResult
thru_dmidi_preface_parse (const uint8_t    *bytes,
                          size_t            length,
                          ThruDmidiPreface *preface)
{
  for (size_t i = 0; i < length && i < sizeof magic; i++)
    {
      if (bytes[i] != magic[i])
        return THRU_DMIDI_ERROR;
    }
  if (length < THRU_DMIDI_PREFACE_SIZE)
    return THRU_DMIDI_NEED_MORE;

  preface->major = bytes[sizeof magic];
  preface->minor = bytes[sizeof magic + 1];
  return THRU_DMIDI_OK;
}
