/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-dmidi-frame.h"

#include <string.h>

/* The octets are taken as a preface, as a stream of frames and as an address's text. What is read stays inside the octets;
 * more octets never change an answer once given; what is written again is what was read. */

/* Every prefix stands in a block of its own, so that AddressSanitizer sees what is read beyond it. */
static uint8_t *
copy_of (const uint8_t *bytes,
         size_t         length)
{
  uint8_t *copy = malloc (length > 0 ? length : 1);

  fuzz_assert (copy != NULL);
  memcpy (copy, bytes, length);
  return copy;
}

static void
check_preface (const uint8_t *data,
               size_t         size)
{
  ThruDmidiResult last = THRU_DMIDI_NEED_MORE;

  for (size_t length = 0; length <= size && length <= THRU_DMIDI_PREFACE_SIZE + 1; length++)
    {
      uint8_t *copy = copy_of (data, length);
      ThruDmidiPreface preface = { 0 };
      ThruDmidiResult result = thru_dmidi_preface_parse (copy, length, &preface);

      fuzz_assert (last == THRU_DMIDI_NEED_MORE || result == last);
      fuzz_assert ((result == THRU_DMIDI_OK) <= (length >= THRU_DMIDI_PREFACE_SIZE));
      fuzz_assert (result != THRU_DMIDI_NEED_MORE || length < THRU_DMIDI_PREFACE_SIZE);
      if (result == THRU_DMIDI_OK)
        fuzz_assert (preface.major == data[6] && preface.minor == data[7]);
      last = result;
      free (copy);
    }
}

static void
check_address (uint32_t address)
{
  char text[12];

  thru_dmidi_address_format (address, text);
  fuzz_assert (strlen (text) == 11);
  fuzz_assert (thru_dmidi_address_parse (text) == address);
}

static void
check_frame (const uint8_t        *data,
             const ThruDmidiFrame *frame,
             size_t                used)
{
  uint8_t header[THRU_DMIDI_FRAME_HEADER_SIZE];
  uint8_t *copy = copy_of (data, used - 1);
  ThruDmidiFrame shorter;
  size_t shorter_used;

  fuzz_assert (frame->length <= THRU_DMIDI_PAYLOAD_MAX);
  fuzz_assert (used == THRU_DMIDI_FRAME_HEADER_SIZE + frame->length);
  fuzz_assert (frame->payload == data + THRU_DMIDI_FRAME_HEADER_SIZE);
  thru_dmidi_frame_header_write (header, frame->address, frame->time_us, frame->length);
  fuzz_assert (memcmp (header, data, sizeof header) == 0);
  fuzz_assert (thru_dmidi_frame_parse (copy, used - 1, &shorter, &shorter_used) == THRU_DMIDI_NEED_MORE);
  check_address (frame->address);
  free (copy);
}

static void
check_frames (const uint8_t *data,
              size_t         size)
{
  ThruDmidiResult result;

  do
    {
      uint8_t *copy = copy_of (data, size);
      ThruDmidiFrame frame;
      size_t used = 0;

      result = thru_dmidi_frame_parse (copy, size, &frame, &used);
      if (result == THRU_DMIDI_OK)
        {
          fuzz_assert (used >= THRU_DMIDI_FRAME_HEADER_SIZE && used <= size);
          check_frame (copy, &frame, used);
          data += used;
          size -= used;
        }
      else if (result == THRU_DMIDI_ERROR)
        {
          fuzz_assert (size >= THRU_DMIDI_FRAME_HEADER_SIZE);
        }
      else
        {
          fuzz_assert (size < THRU_DMIDI_FRAME_MAX);
        }
      free (copy);
    }
  while (result == THRU_DMIDI_OK);
}

static void
check_address_text (const uint8_t *data,
                    size_t         size)
{
  char *text = malloc (size + 1);
  uint32_t address;

  fuzz_assert (text != NULL);
  memcpy (text, data, size);
  text[size] = '\0';
  address = thru_dmidi_address_parse (text);
  fuzz_assert (address == 0 || strlen (text) == 11);
  free (text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  if (size == 0)
    return 0;

  check_preface (data, size);
  check_frames (data, size);
  check_address_text (data, size);
  return 0;
}
