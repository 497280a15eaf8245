/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-midi-ledger.h"
#include "thru-midi-message.h"

#include <string.h>

/* The first octet picks the cap on System Exclusive and how the rest is cut. However it is cut, the same messages come
 * out, each well-formed; memory stays below the cap; and what the ledger releases leaves nothing sounding. */

typedef struct
{
  uint64_t       hash;  /* FNV-1a over every message's length and octets */
  size_t         sysex_max;
  ThruMidiLedger ledger;
} Messages;

static void
hash_octet (Messages *messages,
            uint8_t   octet)
{
  messages->hash = (messages->hash ^ octet) * 1099511628211u;
}

static void
check_well_formed (const uint8_t *message,
                   size_t         length,
                   size_t         sysex_max)
{
  size_t n_data = length - 1;

  fuzz_assert (length > 0);
  fuzz_assert (message[0] >= 0x80);
  if (message[0] == 0xf0)
    {
      fuzz_assert (length >= 2 && length <= sysex_max && message[length - 1] == 0xf7);
      n_data = length - 2;
    }
  else
    {
      fuzz_assert (length == thru_midi_message_length (message[0]));
    }
  for (size_t i = 0; i < n_data; i++)
    fuzz_assert (message[1 + i] < 0x80);
}

static void
note_message (const uint8_t *message,
              size_t         length,
              void          *user)
{
  Messages *messages = user;

  check_well_formed (message, length, messages->sysex_max);
  for (size_t i = 0; i < sizeof length; i++)
    hash_octet (messages, (uint8_t) (length >> (8 * i)));
  for (size_t i = 0; i < length; i++)
    hash_octet (messages, message[i]);
  thru_midi_ledger_record (&messages->ledger, message, length);
}

static void
note_release (const uint8_t *message,
              size_t         length,
              void          *user)
{
  ThruMidiLedger *receiver = user;

  check_well_formed (message, length, 0);
  fuzz_assert (!thru_midi_is_note_on (message, length));
  thru_midi_ledger_record (receiver, message, length);
}

static void
check_release (const ThruMidiLedger *ledger)
{
  ThruMidiLedger released = *ledger;
  ThruMidiLedger receiver = *ledger;

  thru_midi_ledger_release (&released, NULL, note_release, &receiver);
  fuzz_assert (!thru_midi_ledger_is_sounding (&receiver));
  fuzz_assert (thru_midi_ledger_n_held (&receiver) == 0);
  fuzz_assert (!thru_midi_ledger_is_sounding (&released));
}

/* Each piece stands in a block of its own, so that AddressSanitizer sees what is read beyond it. */
static void
feed_copy (ThruMidiParser *parser,
           const uint8_t  *bytes,
           size_t          length,
           Messages       *messages)
{
  uint8_t *copy = malloc (length > 0 ? length : 1);

  fuzz_assert (copy != NULL);
  memcpy (copy, bytes, length);
  thru_midi_parser_feed (parser, copy, length, note_message, messages);
  free (copy);
  fuzz_assert (parser->sysex_capacity <= messages->sysex_max);
}

static void
parse (const uint8_t  *data,
       size_t          size,
       uint32_t        cuts,
       size_t          sysex_max,
       ThruMidiParser *parser,
       Messages       *messages)
{
  messages->hash = 14695981039346656037u;
  messages->sysex_max = sysex_max;
  thru_midi_ledger_init (&messages->ledger);
  thru_midi_parser_init (parser, sysex_max);

  while (size > 0)
    {
      size_t piece = size;

      if (cuts != 0)
        {
          cuts = cuts * 1664525u + 1013904223u;
          piece = (cuts >> 24) % 7;
        }
      if (piece > size)
        piece = size;
      feed_copy (parser, data, piece, messages);
      data += piece;
      size -= piece;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static const size_t caps[] = { 0, 1, 2, 3, 16, 256, 1000, THRU_MIDI_SYSEX_MAX };
  ThruMidiParser whole_parser, cut_parser;
  Messages whole, cut;
  size_t sysex_max;

  if (size == 0)
    return 0;

  sysex_max = caps[data[0] & 7];
  parse (data + 1, size - 1, 0, sysex_max, &whole_parser, &whole);
  parse (data + 1, size - 1, 1u + data[0], sysex_max, &cut_parser, &cut);

  fuzz_assert (whole.hash == cut.hash);
  fuzz_assert (whole_parser.n_messages == cut_parser.n_messages);
  fuzz_assert (whole_parser.n_orphans == cut_parser.n_orphans);
  fuzz_assert (whole_parser.n_sysex_dropped == cut_parser.n_sysex_dropped);
  fuzz_assert (memcmp (&whole.ledger, &cut.ledger, sizeof whole.ledger) == 0);
  check_release (&whole.ledger);

  thru_midi_parser_clear (&whole_parser);
  thru_midi_parser_clear (&cut_parser);
  return 0;
}
