/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-dmidi-frame.h"

#define ADDRESS_TEXT_LENGTH 11

static uint32_t
read_u32 (const uint8_t *bytes)
{
  return (uint32_t) bytes[0] << 24 | (uint32_t) bytes[1] << 16 | (uint32_t) bytes[2] << 8 | bytes[3];
}

static void
write_u32 (uint8_t *out,
           uint32_t value)
{
  out[0] = (uint8_t) (value >> 24);
  out[1] = (uint8_t) (value >> 16);
  out[2] = (uint8_t) (value >> 8);
  out[3] = (uint8_t) value;
}

/* Returns 0 to 15, or -1 for anything that is no hexadecimal digit, whatever the locale. */
static int
hex_value (char digit)
{
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  if (digit >= 'A' && digit <= 'F')
    return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  return -1;
}

ThruDmidiResult
thru_dmidi_frame_parse (const uint8_t  *bytes,
                        size_t          length,
                        ThruDmidiFrame *frame,
                        size_t         *used)
{
  size_t payload_length;

  if (length < THRU_DMIDI_FRAME_HEADER_SIZE)
    return THRU_DMIDI_NEED_MORE;
  payload_length = (size_t) bytes[8] << 8 | bytes[9];
  if (payload_length > THRU_DMIDI_PAYLOAD_MAX)
    return THRU_DMIDI_ERROR;
  if (length < THRU_DMIDI_FRAME_HEADER_SIZE + payload_length)
    return THRU_DMIDI_NEED_MORE;

  frame->address = read_u32 (bytes);
  frame->time_us = read_u32 (bytes + 4);
  frame->payload = bytes + THRU_DMIDI_FRAME_HEADER_SIZE;
  frame->length = payload_length;
  *used = THRU_DMIDI_FRAME_HEADER_SIZE + payload_length;
  return THRU_DMIDI_OK;
}

void
thru_dmidi_frame_header_write (uint8_t  out[THRU_DMIDI_FRAME_HEADER_SIZE],
                               uint32_t address,
                               uint32_t time_us,
                               size_t   payload_length)
{
  write_u32 (out, address);
  write_u32 (out + 4, time_us);
  out[8] = (uint8_t) (payload_length >> 8);
  out[9] = (uint8_t) payload_length;
}

void
thru_dmidi_address_format (uint32_t address,
                           char     text[12])
{
  static const char digits[] = "0123456789ABCDEF";

  for (unsigned i = 0; i < 4; i++)
    {
      unsigned octet = (address >> (24 - 8 * i)) & 0xff;

      text[3 * i] = digits[octet >> 4];
      text[3 * i + 1] = digits[octet & 0x0f];
      text[3 * i + 2] = i < 3 ? ':' : '\0';
    }
}

uint32_t
thru_dmidi_address_parse (const char *text)
{
  uint32_t address = 0;

  for (unsigned i = 0; i < ADDRESS_TEXT_LENGTH; i++)
    {
      int value = hex_value (text[i]);

      if (i % 3 == 2 ? text[i] != ':' : value < 0)
        return 0;
      if (i % 3 != 2)
        address = address << 4 | (uint32_t) value;
    }
  return text[ADDRESS_TEXT_LENGTH] == '\0' ? address : 0;
}
