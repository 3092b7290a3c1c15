/* msturn-stock.c
 * Stock dissectors, called for payloads that may be cut or broken.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-stock.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "turn/msturn-findings.h"

static int hf_unreadable = -1;

void
msturn_unreadable(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *protocol)
{
    proto_item *item = proto_tree_add_item(tree, hf_unreadable, tvb, 0, -1, ENC_NA);

    msturn_finding(pinfo, item, MSTURN_EI_PAYLOAD_UNREADABLE, "%s", protocol);
}

void
msturn_cut(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_item *item = proto_tree_add_item(tree, hf_unreadable, tvb, 0, -1, ENC_NA);

    msturn_finding(pinfo, item, MSTURN_EI_CUT_BY_CAPTURE, "%u bytes of %u", tvb_captured_length(tvb),
                   tvb_reported_length(tvb));
}

int
msturn_call_stock(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    volatile int taken = (int)tvb_captured_length(tvb);
    const char *saved_protocol = pinfo->current_proto;

    TRY
    {
        taken = call_dissector_only(handle, tvb, pinfo, tree, NULL);
    }
    CATCH2(ReportedBoundsError, ContainedBoundsError)
    {
        if (tvb_captured_length(tvb) < tvb_reported_length(tvb))
            msturn_cut(tvb, pinfo, tree);
        else
            msturn_unreadable(tvb, pinfo, tree, dissector_handle_get_protocol_short_name(handle));
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
    pinfo->current_proto = saved_protocol;
    return taken;
}

void
msturn_stock_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_unreadable,
          { "Payload", "msturn.unreadable", FT_BYTES, BASE_NONE, NULL, 0x0,
            "A payload that ends before its own header says, or that the capture cut", HFILL } },
    };

    proto_register_field_array(proto, hf, array_length(hf));
}
