/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-midi-parser.h"

#include "thru-midi-message.h"

#include <stdlib.h>
#include <string.h>

#define SYSEX_CAPACITY_FIRST 256

static void
emit (ThruMidiParser     *parser,
      const uint8_t      *message,
      size_t              length,
      ThruMidiMessageFunc func,
      void               *user)
{
  parser->n_messages++;
  func (message, length, user);
}

/* The collected octets are needed no more. */
static void
sysex_clear (ThruMidiParser *parser)
{
  parser->in_sysex = false;
  parser->sysex_too_long = false;
  parser->sysex_length = 0;
  if (parser->sysex_lent)
    return;

  if (parser->budget != NULL)
    thru_octet_budget_give (parser->budget, parser->sysex_charged);
  parser->sysex_charged = 0;
  if (parser->sysex_capacity <= THRU_MIDI_SYSEX_SHORT)
    return;
  free (parser->sysex);
  parser->sysex = NULL;
  parser->sysex_capacity = 0;
}

/* A status octet has come: whatever was under way ends without its end. */
static void
abandon (ThruMidiParser *parser)
{
  if (parser->in_sysex && !parser->sysex_too_long)
    parser->n_sysex_dropped++;
  if (parser->status != 0)
    parser->n_orphans++;
  if (parser->in_sysex)
    sysex_clear (parser);
  parser->status = 0;
  parser->n_data = 0;
}

static bool
sysex_charge (ThruMidiParser *parser,
              size_t          capacity)
{
  if (parser->budget == NULL || capacity <= THRU_MIDI_SYSEX_SHORT)
    return true;
  if (!thru_octet_budget_take (parser->budget, capacity - parser->sysex_charged))
    return false;
  parser->sysex_charged = capacity;
  return true;
}

static bool
sysex_reserve (ThruMidiParser *parser,
               size_t          length)
{
  size_t capacity = parser->sysex_capacity > 0 ? parser->sysex_capacity : SYSEX_CAPACITY_FIRST;
  uint8_t *sysex;

  if (length <= parser->sysex_capacity)
    return true;

  while (capacity < length)
    capacity *= 2;
  if (capacity > parser->sysex_max)
    capacity = parser->sysex_max;
  if (!sysex_charge (parser, capacity))
    return false;

  sysex = realloc (parser->sysex, capacity);
  if (sysex == NULL)
    return false;

  parser->sysex = sysex;
  parser->sysex_capacity = capacity;
  return true;
}

/* What was collected goes at once; what still comes of it is skipped. */
static void
sysex_give_up (ThruMidiParser *parser)
{
  parser->n_sysex_dropped++;
  sysex_clear (parser);
  parser->in_sysex = true;
  parser->sysex_too_long = true;
}

static void
sysex_append (ThruMidiParser *parser,
              const uint8_t  *bytes,
              size_t          length)
{
  if (parser->sysex_too_long)
    return;

  if (length > parser->sysex_max - parser->sysex_length)
    {
      parser->n_sysex_too_long++;
      sysex_give_up (parser);
      return;
    }
  if (!sysex_reserve (parser, parser->sysex_length + length))
    {
      parser->n_sysex_no_room++;
      sysex_give_up (parser);
      return;
    }

  memcpy (parser->sysex + parser->sysex_length, bytes, length);
  parser->sysex_length += length;
}

static void
sysex_begin (ThruMidiParser *parser)
{
  static const uint8_t status = 0xf0;

  parser->in_sysex = true;
  sysex_append (parser, &status, 1);
}

static void
sysex_end (ThruMidiParser     *parser,
           ThruMidiMessageFunc func,
           void               *user)
{
  static const uint8_t status = 0xf7;
  size_t length;

  sysex_append (parser, &status, 1);
  length = parser->sysex_too_long ? 0 : parser->sysex_length;
  parser->in_sysex = false;

  parser->sysex_lent = true;
  if (length > 0)
    emit (parser, parser->sysex, length, func, user);
  parser->sysex_lent = false;
  sysex_clear (parser);
}

static void
feed_status (ThruMidiParser     *parser,
             uint8_t             status,
             ThruMidiMessageFunc func,
             void               *user)
{
  size_t length = thru_midi_message_length (status);

  if (status == 0xf7 && parser->in_sysex)
    {
      parser->running = 0;
      sysex_end (parser, func, user);
      return;
    }

  abandon (parser);
  parser->running = status < 0xf0 ? status : 0;
  if (status == 0xf0)
    sysex_begin (parser);
  else if (length == 1)
    emit (parser, &status, 1, func, user);
  else
    parser->status = length > 0 ? status : 0;
}

static void
feed_data (ThruMidiParser     *parser,
           uint8_t             octet,
           ThruMidiMessageFunc func,
           void               *user)
{
  uint8_t message[3];
  size_t length;

  if (parser->status == 0)
    parser->status = parser->running;
  if (parser->status == 0)
    {
      parser->n_orphans++;
      return;
    }

  parser->data[parser->n_data++] = octet;
  length = thru_midi_message_length (parser->status);
  if (parser->n_data + 1u < length)
    return;

  message[0] = parser->status;
  message[1] = parser->data[0];
  message[2] = parser->data[1];
  parser->status = 0;
  parser->n_data = 0;
  emit (parser, message, length, func, user);
}

static size_t
count_data (const uint8_t *bytes,
            size_t         length)
{
  size_t n = 0;

  while (n < length && bytes[n] < 0x80)
    n++;
  return n;
}

void
thru_midi_parser_init (ThruMidiParser *parser,
                       size_t          sysex_max)
{
  memset (parser, 0, sizeof *parser);
  parser->sysex_max = sysex_max;
}

void
thru_midi_parser_clear (ThruMidiParser *parser)
{
  ThruOctetBudget *budget = parser->budget;

  if (budget != NULL)
    thru_octet_budget_give (budget, parser->sysex_charged);
  free (parser->sysex);
  thru_midi_parser_init (parser, parser->sysex_max);
  parser->budget = budget;
}

void
thru_midi_parser_set_budget (ThruMidiParser  *parser,
                             ThruOctetBudget *budget)
{
  parser->budget = budget;
}

uint8_t *
thru_midi_parser_steal_sysex (ThruMidiParser *parser,
                              size_t         *charged)
{
  uint8_t *sysex = parser->sysex;

  *charged = parser->sysex_charged;
  parser->sysex = NULL;
  parser->sysex_capacity = 0;
  parser->sysex_charged = 0;
  return sysex;
}

bool
thru_midi_parser_drop_sysex (ThruMidiParser *parser)
{
  if (!parser->in_sysex || parser->sysex_too_long)
    return false;
  sysex_give_up (parser);
  return true;
}

void
thru_midi_parser_reset (ThruMidiParser *parser)
{
  parser->status = 0;
  parser->running = 0;
  parser->n_data = 0;
  sysex_clear (parser);
}

void
thru_midi_parser_feed (ThruMidiParser     *parser,
                       const uint8_t      *bytes,
                       size_t              length,
                       ThruMidiMessageFunc func,
                       void               *user)
{
  size_t i = 0;

  while (i < length)
    {
      uint8_t octet = bytes[i];

      if (octet < 0x80 && parser->in_sysex)
        {
          size_t n = count_data (bytes + i, length - i);

          sysex_append (parser, bytes + i, n);
          i += n;
          continue;
        }

      i++;
      if (octet < 0x80)
        feed_data (parser, octet, func, user);
      else if (!thru_midi_is_realtime (octet))
        feed_status (parser, octet, func, user);
      else if (thru_midi_message_length (octet) == 1)
        emit (parser, &octet, 1, func, user);
    }
}
