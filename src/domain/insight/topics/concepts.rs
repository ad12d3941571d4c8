//! Words that mean about the same at a help desk, English and Russian: so that "password rejected" and «не пускает в кабинет»
//! have something in common before anybody has counted anything.

use super::reading::Vocabulary;
use crate::domain::words::terms;
use std::collections::HashMap;

/// The concepts whose words a window holds.
#[derive(Debug)]
pub(super) struct Concepts {
    /// By their first term: the terms that follow, and the concept.
    phrases: HashMap<u32, Vec<(Vec<u32>, u32)>>,
}

impl Concepts {
    /// The concepts that can stand in texts of this vocabulary.
    pub(super) fn among(vocabulary: &Vocabulary<'_>) -> Concepts {
        let mut phrases: HashMap<u32, Vec<(Vec<u32>, u32)>> = HashMap::new();
        for (concept, line) in (0..).zip(CONCEPTS.lines()) {
            for phrase in line.split(' ') {
                let known: Option<Vec<u32>> =
                    terms(&phrase.replace('_', " ")).iter().map(|term| vocabulary.place(term)).collect();
                let Some((first, rest)) = known.as_deref().and_then(<[u32]>::split_first) else { continue };
                let entry = (rest.to_vec(), concept);
                let begun = phrases.entry(*first).or_default();
                if !begun.contains(&entry) {
                    begun.push(entry);
                }
            }
        }
        Concepts { phrases }
    }

    /// The concepts of the words and phrases that `terms` begin with.
    pub(super) fn begun_by(&self, terms: &[u32]) -> Vec<u32> {
        let Some((first, rest)) = terms.split_first() else { return Vec::new() };
        let begun = self.phrases.get(first).into_iter().flatten();
        begun.filter(|(more, _)| rest.starts_with(more)).map(|(_, concept)| *concept).collect()
    }
}

/// A concept to a line; phrases are joined by `_`. A word may stand in several.
const CONCEPTS: &str = "\
decline reject refuse deny fail failure unsuccessful bounce not_work not_accept not_go_through go_through отклонить отказать отказ отклонение не_пройти не_принимать
broken break crash malfunction not_work stop_work not_function out_of_order defective faulty damaged не_работать сломаться поломка неисправный не_запускаться не_включаться вылетать
error bug glitch issue problem trouble wrong incorrect mistake ошибка сбой баг проблема неправильно неверно некорректно глюк
charge fee cost price commission rate tariff pay_for bill комиссия плата стоимость цена тариф стоить оплата
extra additional unexpected hidden дополнительный лишний
refund reimburse reimbursement money_back return_money compensation возврат вернуть_деньги возместить компенсация
cancel revoke undo stop withdraw отменить отмена аннулировать отозвать
delete remove close terminate deactivate erase wipe удалить закрыть удаление закрытие деактивировать стереть
account profile аккаунт профиль учетка учетный_запись кабинет личный_кабинет
create open register sign_up signup enroll registration set_up setup создать открыть завести зарегистрироваться регистрация
login log_in sign_in logon authorize access enter войти вход зайти авторизация авторизоваться логин залогиниться не_пускать
password passcode pin pass_code пароль пин пин_код
forgot forget lost_password recover restore reset recovery забыть восстановить восстановление сбросить сброс
lost lose missing stolen steal misplace потерять утерять пропасть украсть исчезнуть потеряться
find locate where_is search look_for найти искать где_находиться поиск
arrive come deliver receive show_up get_here delivery shipping shipment прийти доставить доставка получить поступить дойти отправка
track tracking status follow_up trace отследить отслеживать статус трек
late delay delayed pending still_wait wait slow take_long долго задержка ждать ожидание медленно зависнуть тормозить
when how_long time_frame timeframe eta срок когда сколько_ждать
change modify edit update switch alter correct поменять изменить сменить обновить редактировать исправить изменение смена замена заменить обновление
address location адрес
order purchase buy заказ покупка купить заказать
invoice bill receipt statement счет квитанция чек накладная
payment pay transaction purchase платеж оплата оплатить заплатить транзакция
transfer send remit wire перевод перевести отправить перечислить
withdraw withdrawal cash atm cashpoint cash_machine take_out_money банкомат наличные снять
top_up topup add_money deposit load fund credit refill replenish пополнить пополнение внести
verify verification confirm prove validate identity check identification подтвердить подтверждение верификация проверка верифицировать проверить
card карта карточка
swallow stuck eat keep retain застрять съесть
exchange convert conversion currency обмен конвертация валюта
limit maximum cap restriction minimum лимит ограничение максимум предел
block freeze lock suspend ban disable restrict blocked blocking заблокировать блокировка бан забанить заморозить
activate enable turn_on switch_on start connect link активировать включить подключить активация подключение включение
disable turn_off switch_off deactivate disconnect unsubscribe отключить выключить отписаться отключение
customer_service support agent representative operator human speak_to talk_to contact call_you поддержка оператор специалист связаться живой_человек
complaint complain claim dissatisfied unhappy feedback review opinion жалоба пожаловаться претензия отзыв
newsletter subscription subscribe mailing рассылка подписка подписаться
stream broadcast live трансляция стрим эфир стримить транслировать
video clip movie видео ролик видеоролик клип
upload load post publish загрузить выложить залить загрузка опубликовать загружать публикация добавить
download save скачать сохранить скачивание
monetization earn income revenue монетизация заработать заработок доход монетизировать
moderation moderator модерация модератор
subtitles caption субтитры
app application mobile_app приложение прил приложуха
phone mobile smartphone iphone android телефон смартфон айфон андроид мобильный
website site page сайт страница портал
photo picture image avatar cover фото картинка фотография изображение аватар обложка превью
document paper file документ файл справка
role permission right access_right роль доступ право разрешение
name title nickname имя название ник наименование
email mail e_mail почта письмо мейл имейл
notification alert уведомление оповещение
printer print принтер печать печатать распечатать
internet network connection wifi wi_fi vpn интернет сеть связь вайфай подключение
computer laptop pc компьютер ноутбук пк комп
install installation setup установить установка поставить
license subscription plan лицензия тариф подписка
export report отчет выгрузка выгрузить экспорт
import load_data импорт загрузить_данные
duplicate twice double two_times дважды дубль двойной повторно
recognize unknown not_make strange suspicious fraud не_узнать незнакомый подозрительный мошенник
age old young child возраст ребенок дети
country region abroad europe страна регион граница
song music track playlist песня музыка трек
balance остаток баланс
expire expiration validity истечь истекать срок_действия
discount promo coupon promotion bonus reward скидка промокод купон акция бонус
explain information info detail learn_more информация объяснить
water heating leak pipe вода отопление течь протекать труба батарея
road street pothole дорога улица яма тротуар
garbage trash waste мусор свалка контейнер
light lamp electricity power свет фонарь освещение электричество
bus transport автобус транспорт маршрут остановка
yard playground двор площадка детский_площадка
house building flat apartment дом здание квартира подъезд
tree park дерево парк
dog cat animal собака животное кошка
snow ice clean снег лед наледь уборка убирать чистить
doctor hospital clinic врач больница поликлиника
school kindergarten школа садик детский_сад";
