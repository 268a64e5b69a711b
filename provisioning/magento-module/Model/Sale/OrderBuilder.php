<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Magento\Framework\App\Config\ScopeConfigInterface;
use Magento\Sales\Model\Order;
use Magento\Sales\Model\Order\Address;
use Magento\Sales\Model\Order\AddressFactory;
use Magento\Sales\Model\Order\PaymentFactory;
use Magento\Sales\Model\OrderFactory;
use Magento\Store\Api\Data\StoreInterface;
use Magento\Store\Model\ScopeInterface;

/**
 * Makes the order that a sale becomes. Nothing is computed anew: the figures are those of the sale.
 */
class OrderBuilder
{
    /** Values of the column `holdfast_payment`. */
    public const PAID = 'paid';
    public const PROVISIONAL = 'provisional';

    /**
     * @param string $paymentMethod An offline method of Magento; the real tenders are in the payment's information.
     */
    public function __construct(
        private readonly OrderFactory $orderFactory,
        private readonly AddressFactory $addressFactory,
        private readonly PaymentFactory $paymentFactory,
        private readonly OrderItems $items,
        private readonly Customers $customers,
        private readonly TenderText $tenderText,
        private readonly ScopeConfigInterface $config,
        private readonly string $paymentMethod = 'cashondelivery'
    ) {
    }

    /**
     * @param array<string, Goods> $goods By SKU.
     */
    public function build(SaleInterface $sale, StoreInterface $store, array $goods): Order
    {
        $order = $this->orderFactory->create();
        $order->addData($this->head($sale, $store));
        $order->addData($this->totals($sale));
        $order->addData($this->customers->of($sale));
        $this->addItems($order, $sale, $goods);
        $order->setBillingAddress($this->address($order, Address::TYPE_BILLING));
        $order->setShippingAddress($this->address($order, Address::TYPE_SHIPPING));
        $this->addPayment($order, $sale);
        $order->addCommentToStatusHistory(sprintf(
            'Till %s, receipt %s: %s',
            $sale->getTerminalId(),
            $sale->getReceiptNumber(),
            $this->tenderText->all($sale->getTenders())
        ));
        return $order;
    }

    /**
     * @return array<string, mixed>
     */
    private function head(SaleInterface $sale, StoreInterface $store): array
    {
        $provisional = array_filter($sale->getTenders(), static fn ($tender) => (bool)$tender->isProvisional());
        return [
            'increment_id' => $sale->getReceiptNumber(),
            // 32 characters is all that this column keeps.
            'ext_order_id' => str_replace('-', '', $sale->getSaleId()),
            'created_at' => SaleRules::moment($sale->getSoldAt()),
            'store_id' => (int)$store->getId(),
            'state' => Order::STATE_NEW,
            'status' => 'pending',
            'global_currency_code' => $sale->getCurrency(),
            'base_currency_code' => $sale->getCurrency(),
            'store_currency_code' => $sale->getCurrency(),
            'order_currency_code' => $sale->getCurrency(),
            'base_to_global_rate' => 1,
            'base_to_order_rate' => 1,
            'store_to_base_rate' => 0,
            'store_to_order_rate' => 0,
            'coupon_code' => $sale->getCouponCode(),
            'applied_rule_ids' => (string)$sale->getAppliedRuleIds() ?: null,
            'shipping_description' => 'Handed over at till ' . $sale->getTerminalId(),
            // No mail goes out for what was handed over with a receipt.
            'send_email' => 0,
            'email_sent' => 1,
            'customer_note_notify' => 0,
            'weight' => 0,
            'holdfast_terminal_id' => $sale->getTerminalId(),
            'holdfast_payment' => $provisional ? self::PROVISIONAL : self::PAID,
        ];
    }

    /**
     * @return array<string, float>
     */
    private function totals(SaleInterface $sale): array
    {
        $totals = $sale->getTotals();
        return Amounts::withBase([
            'subtotal' => $totals->getSubtotal(),
            'subtotal_incl_tax' => $totals->getSubtotalInclTax(),
            // Magento keeps an order's discount negative, an item's positive.
            'discount_amount' => 0 - $totals->getDiscountAmount(),
            'tax_amount' => $totals->getTaxAmount(),
            'discount_tax_compensation_amount' => $totals->getDiscountTaxCompensationAmount(),
            'shipping_amount' => 0,
            'shipping_tax_amount' => 0,
            'shipping_discount_amount' => 0,
            'grand_total' => $totals->getGrandTotal(),
            'total_due' => $totals->getGrandTotal(),
        ]) + ['shipping_incl_tax' => 0.0, 'base_shipping_incl_tax' => 0.0];
    }

    /**
     * @param array<string, Goods> $goods
     */
    private function addItems(Order $order, SaleInterface $sale, array $goods): void
    {
        $quantity = 0.0;
        $virtual = true;
        foreach ($sale->getLines() as $line) {
            $article = $goods[$line->getSku()];
            $order->addItem($this->items->make($line, $article, (int)$order->getStoreId()));
            $quantity += $line->getQty();
            $virtual = $virtual && $article->isItemVirtual();
        }
        $order->setData('total_qty_ordered', $quantity);
        $order->setIsVirtual((int)$virtual);
    }

    /**
     * The shop's own address: the goods were handed over there.
     */
    private function address(Order $order, string $type): Address
    {
        $address = $this->addressFactory->create();
        $of = fn (string $path): string => (string)$this->config->getValue(
            $path,
            ScopeInterface::SCOPE_STORE,
            (int)$order->getStoreId()
        );
        $address->addData([
            'address_type' => $type,
            'customer_id' => $order->getCustomerId(),
            'firstname' => $order->getCustomerFirstname(),
            'lastname' => $order->getCustomerLastname(),
            'email' => $order->getCustomerEmail(),
            'company' => $of('general/store_information/name'),
            'street' => $of('shipping/origin/street_line1') ?: '-',
            'city' => $of('shipping/origin/city') ?: '-',
            'postcode' => $of('shipping/origin/postcode') ?: '-',
            'region_id' => (int)$of('shipping/origin/region_id') ?: null,
            'country_id' => $of('shipping/origin/country_id') ?: $of('general/country/default'),
            'telephone' => $of('general/store_information/phone') ?: '-',
        ]);
        return $address;
    }

    private function addPayment(Order $order, SaleInterface $sale): void
    {
        $payment = $this->paymentFactory->create();
        $payment->addData(['method' => $this->paymentMethod] + Amounts::withBase([
            'amount_ordered' => $sale->getTotals()->getGrandTotal(),
            'shipping_amount' => 0,
        ]));
        foreach ($sale->getTenders() as $index => $tender) {
            $payment->setAdditionalInformation('Tender ' . ($index + 1), $this->tenderText->one($tender));
        }
        $order->setPayment($payment);
    }
}
