/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-dmidi-frame.h"
#include "thru-midi-parser.h"

#include "test-tools.h"

#include <string.h>

typedef void (*RowFunc) (GByteArray *octets,
                         GStrv       row);

static void
foreach_row (const char *kind,
             RowFunc     func)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("dmidi-frames.tsv", 5);
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      GStrv row = g_ptr_array_index (rows, i);
      g_autoptr(GByteArray) octets = NULL;

      if (!g_str_equal (row[0], kind))
        continue;
      octets = test_octets (g_str_equal (row[1], "-") ? "" : row[1]);
      g_test_message ("%s: %s", row[1], row[4]);
      func (octets, row);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
}

static char *
frame_to_string (const ThruDmidiFrame *frame)
{
  g_autoptr(GString) payload = g_string_new (NULL);
  char address[12];

  thru_dmidi_address_format (frame->address, address);
  test_append_hex (frame->payload, frame->length, payload);
  return g_strdup_printf ("%s %u %s", address, frame->time_us, payload->len > 0 ? payload->str : "-");
}

static void
assert_frame (GByteArray *octets,
              GStrv       row)
{
  ThruDmidiFrame frame;
  gsize used = 0;
  ThruDmidiResult result = thru_dmidi_frame_parse (octets->data, octets->len, &frame, &used);

  if (result == THRU_DMIDI_OK)
    {
      g_autofree char *value = frame_to_string (&frame);

      g_assert_cmpstr (row[2], ==, "ok");
      g_assert_cmpstr (value, ==, row[3]);
      g_assert_cmpuint (used, ==, octets->len);
    }
  else
    {
      g_assert_cmpstr (row[2], ==, result == THRU_DMIDI_ERROR ? "error" : "more");
    }
}

static void
test_vectors (void)
{
  foreach_row ("frame", assert_frame);
}

static void
assert_prefixes_need_more (GByteArray *octets,
                           GStrv       row)
{
  if (!g_str_equal (row[2], "ok"))
    return;
  for (guint length = 0; length < octets->len; length++)
    {
      g_autofree guint8 *piece = g_memdup2 (octets->data, length);
      ThruDmidiFrame frame;
      gsize used;

      g_assert_cmpint (thru_dmidi_frame_parse (piece, length, &frame, &used), ==, THRU_DMIDI_NEED_MORE);
    }
}

static void
test_every_prefix (void)
{
  foreach_row ("frame", assert_prefixes_need_more);
}

static void
assert_written_again (GByteArray *octets,
                      GStrv       row)
{
  guint8 header[THRU_DMIDI_FRAME_HEADER_SIZE];
  ThruDmidiFrame frame;
  gsize used;

  if (!g_str_equal (row[2], "ok"))
    return;
  thru_dmidi_frame_parse (octets->data, octets->len, &frame, &used);
  thru_dmidi_frame_header_write (header, frame.address, frame.time_us, frame.length);
  g_assert_cmpmem (header, sizeof header, octets->data, sizeof header);
}

static void
test_header_write (void)
{
  foreach_row ("frame", assert_written_again);
}

static void
test_largest (void)
{
  g_autofree guint8 *octets = g_malloc0 (THRU_DMIDI_FRAME_MAX);
  ThruDmidiFrame frame;
  gsize used;

  thru_dmidi_frame_header_write (octets, THRU_DMIDI_ADDRESS_FIRST, 0, THRU_DMIDI_PAYLOAD_MAX);
  g_assert_cmpint (thru_dmidi_frame_parse (octets, THRU_DMIDI_FRAME_MAX - 1, &frame, &used), ==, THRU_DMIDI_NEED_MORE);
  g_assert_cmpint (thru_dmidi_frame_parse (octets, THRU_DMIDI_FRAME_MAX, &frame, &used), ==, THRU_DMIDI_OK);
  g_assert_cmpuint (frame.length, ==, THRU_DMIDI_PAYLOAD_MAX);
  g_assert_cmpuint (used, ==, THRU_DMIDI_FRAME_MAX);
}

static void
test_too_long (void)
{
  for (guint length = THRU_DMIDI_PAYLOAD_MAX + 1; length <= G_MAXUINT16; length++)
    {
      guint8 header[THRU_DMIDI_FRAME_HEADER_SIZE];
      ThruDmidiFrame frame;
      gsize used;

      thru_dmidi_frame_header_write (header, THRU_DMIDI_ADDRESS_FIRST, 0, length);
      g_assert_cmpint (thru_dmidi_frame_parse (header, sizeof header, &frame, &used), ==, THRU_DMIDI_ERROR);
    }
}

/* Streams: frames in a row, each address with a MIDI parser of its own, as PROTOCOL.md has it. */

typedef struct
{
  guint32     address;
  GHashTable *parsers; /* (element-type guint32 ThruMidiParser) */
  GString    *text;
} Stream;

static void
append_message (const uint8_t *message,
                size_t         length,
                void          *user)
{
  Stream *stream = user;
  char address[12];
  g_autoptr(GString) hex = g_string_new (NULL);

  if (message[0] == 0xfe)
    return;
  thru_dmidi_address_format (stream->address, address);
  test_append_hex (message, length, hex);
  g_string_append_printf (stream->text, "%s%s=%s", stream->text->len > 0 ? " " : "", address, hex->str);
}

static void
free_parser (gpointer parser)
{
  thru_midi_parser_clear (parser);
  g_free (parser);
}

static ThruMidiParser *
parser_for (Stream *stream)
{
  ThruMidiParser *parser = g_hash_table_lookup (stream->parsers, GUINT_TO_POINTER (stream->address));

  if (parser == NULL)
    {
      parser = g_new (ThruMidiParser, 1);
      thru_midi_parser_init (parser, THRU_MIDI_SYSEX_MAX);
      g_hash_table_insert (stream->parsers, GUINT_TO_POINTER (stream->address), parser);
    }
  return parser;
}

static void
assert_stream (GByteArray *octets,
               GStrv       row)
{
  g_autoptr(GHashTable) parsers = g_hash_table_new_full (NULL, NULL, NULL, free_parser);
  g_autoptr(GString) text = g_string_new (NULL);
  Stream stream = { 0, parsers, text };
  ThruDmidiFrame frame;
  gsize used;

  for (gsize begin = 0; begin < octets->len; begin += used)
    {
      g_assert_cmpint (thru_dmidi_frame_parse (octets->data + begin, octets->len - begin, &frame, &used), ==, THRU_DMIDI_OK);
      stream.address = frame.address;
      thru_midi_parser_feed (parser_for (&stream), frame.payload, frame.length, append_message, &stream);
    }
  g_assert_cmpstr (text->str, ==, row[3]);
}

static void
test_stream_vectors (void)
{
  foreach_row ("stream", assert_stream);
}

/* Addresses. */

static void
test_address_format (void)
{
  char text[12];

  thru_dmidi_address_format (THRU_DMIDI_ADDRESS_FIRST, text);
  g_assert_cmpstr (text, ==, "80:00:00:01");
  thru_dmidi_address_format (THRU_DMIDI_ADDRESS_EVERYONE, text);
  g_assert_cmpstr (text, ==, "FF:FF:FF:FF");
  thru_dmidi_address_format (0x0123abcd, text);
  g_assert_cmpstr (text, ==, "01:23:AB:CD");
}

static void
test_address_parse (void)
{
  g_assert_cmphex (thru_dmidi_address_parse ("80:00:00:01"), ==, 0x80000001);
  g_assert_cmphex (thru_dmidi_address_parse ("fe:dc:BA:98"), ==, 0xfedcba98);
  g_assert_cmphex (thru_dmidi_address_parse ("00:00:00:00"), ==, 0);
}

static void
test_address_wrong (void)
{
  static const char *const wrong[] = {
    "", "8", "80", "80:00:00", "80:00:00:0", "80:00:00:001", "80:00:00:01 ", " 80:00:00:01", "80-00-00-01", "80:00:00:0g",
    "8:0:0:1", "80:00:00:01:", "+8:00:00:01", "80:00:00:\xc3\xa9", "80000001",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_cmphex (thru_dmidi_address_parse (wrong[i]), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dmidi/frame/vectors", test_vectors);
  g_test_add_func ("/dmidi/frame/every-prefix-needs-more", test_every_prefix);
  g_test_add_func ("/dmidi/frame/what-is-read-is-written", test_header_write);
  g_test_add_func ("/dmidi/frame/longest-payload-passes", test_largest);
  g_test_add_func ("/dmidi/frame/too-long-is-an-error-at-the-header", test_too_long);
  g_test_add_func ("/dmidi/frame/streams-of-frames-carry-whole-messages", test_stream_vectors);
  g_test_add_func ("/dmidi/address/is-written-as-four-octets", test_address_format);
  g_test_add_func ("/dmidi/address/is-read-in-either-case", test_address_parse);
  g_test_add_func ("/dmidi/address/anything-else-is-none", test_address_wrong);
  return g_test_run ();
}
