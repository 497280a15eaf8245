/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who may connect to us at all: this computer, link-local addresses, and what is on a network of one of our interfaces.
 * (g_inet_address_get_is_site_local() is no help: it knows neither fd00::/8 nor the masks.) One thread at a time. */
typedef struct _ThruAddressPolicy ThruAddressPolicy;

/* Without networks. */
ThruAddressPolicy *thru_address_policy_new     (void);
void               thru_address_policy_free    (ThruAddressPolicy *policy);

/* Reads the networks of our interfaces anew, for they come and go. */
void               thru_address_policy_refresh (ThruAddressPolicy *policy);

/* @bits: length of the network's prefix; 0 is ignored, for it would be everyone. */
void               thru_address_policy_add     (ThruAddressPolicy *policy,
                                                GInetAddress      *network,
                                                guint              bits);

gboolean           thru_address_policy_allows  (ThruAddressPolicy *policy,
                                                GInetAddress      *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruAddressPolicy, thru_address_policy_free)

G_END_DECLS
